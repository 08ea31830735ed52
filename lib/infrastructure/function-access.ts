// Turns what lib/functions.ts says a function uses into its permissions and its settings. Nothing else is granted anywhere.
import { FUNCTIONS, type FunctionName, type FunctionUses, type QueueName } from '../functions.ts';
import { functionVariable, queueVariable, variableOf, variablesOf } from '../settings.ts';
import { allow } from './allow.ts';
import type { StageConfig } from './config/stage-config.ts';
import { grantConnectors } from './connector-access.ts';
import type { MailDoor } from './constructs/mail-door.ts';
import type { OpeningMachine } from './constructs/opening-machine.ts';
import type { KeyedService, ProductData } from './constructs/product-data.ts';
import type { ProductFunction } from './constructs/product-function.ts';
import type { WorkQueue } from './constructs/work-queue.ts';
import type { Documents } from './documents.ts';

/** Everything functions are granted from. */
export interface Surroundings {
  readonly config: StageConfig;
  readonly data: ProductData;
  readonly documents: Documents;
  readonly mail: MailDoor;
  readonly machine: OpeningMachine;
  readonly queues: ReadonlyMap<QueueName, WorkQueue>;
  readonly functions: ReadonlyMap<FunctionName, ProductFunction>;
  /** ARNs of the product's own roles. */
  readonly ownRoles: readonly string[];
}

/** Grants a function what the table says it uses. */
export function grantUses(name: FunctionName, around: Surroundings): void {
  const uses = FUNCTIONS[name];
  const fn = got(around.functions, name);
  const { role } = fn;
  const { data } = around;
  around.documents.grantRead(role);
  data.grantReviews(role, uses.reviews);
  if (uses.blobs !== 'none') data.grantBlobs(role, uses.blobs);
  if (uses.ledger !== 'none') data.grantLedger(role, uses.ledger);
  if (uses.attests) data.grantAttesting(role);
  if (uses.pseudonyms) data.grantSecret(role, 'pseudonym-secret');
  if (uses.slack) data.grantSecret(role, 'slack-secret');
  if (uses.serves) data.grantSecret(role, 'cookie-secret');
  grantMail(uses, around.mail, role);
  if (uses.packs) data.grantPacks(role);
  data.grantKey(role, keyedServices(name), writesWithKey(name) ? 'write' : 'read');
  for (const queue of uses.sends) got(around.queues, queue).grantSend(role);
  for (const called of uses.calls) got(around.functions, called).grantInvoke(role);
  const witnesses = around.config.witnesses.map(({ functionArn }) => functionArn);
  if (uses.ledger === 'write' && witnesses.length > 0) {
    allow(role, { actions: ['lambda:InvokeFunction'], resources: witnesses });
  }
  if (uses.opens) around.machine.grantStart(role);
  if (uses.connectors.length > 0) {
    grantConnectors(fn, around.config.connectors, uses.connectors, around.ownRoles);
  }
}

function grantMail(
  { mails, inspectsMail }: FunctionUses,
  mail: MailDoor,
  role: ProductFunction['role'],
): void {
  if (mails) mail.grantSend(role);
  if (inspectsMail) mail.grantInspect(role);
}

/** Services through which a function meets the data key. */
function keyedServices(name: FunctionName): KeyedService[] {
  const { blobs, packs, pseudonyms, slack, serves } = FUNCTIONS[name];
  return [
    'dynamodb',
    ...(blobs !== 'none' || packs ? (['s3'] as const) : []),
    ...(pseudonyms || slack || serves ? (['secretsmanager'] as const) : []),
  ];
}

function writesWithKey(name: FunctionName): boolean {
  const { reviews, blobs, packs } = FUNCTIONS[name];
  return reviews === 'write' || blobs === 'write' || packs;
}

/** Values of settings, by name, wherever they are the same for all functions. */
export type SharedSettings = Readonly<Record<string, string>>;

/**
 * The variables of a function: exactly those its schema reads.
 * @throws RangeError when one has no value
 */
export function settingsFor(
  name: FunctionName,
  shared: SharedSettings,
  queueUrl: (queue: QueueName) => string,
  deployedName: (called: FunctionName) => string,
): Record<string, string> {
  const { sends, calls } = FUNCTIONS[name];
  const values = new Map([
    ...Object.entries(shared).map(([setting, value]) => [variableOf(setting), value] as const),
    ...sends.map((queue) => [queueVariable(queue), queueUrl(queue)] as const),
    ...calls.map((called) => [functionVariable(called), deployedName(called)] as const),
  ]);
  return Object.fromEntries(variablesOf(name).map((variable) => [variable, got(values, variable)]));
}

/** What a map must hold. @throws RangeError when it does not */
export function got<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new RangeError(`There is no ${String(key)}.`);
  return value;
}
