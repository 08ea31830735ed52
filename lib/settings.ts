// Settings of functions: one schema each, made from what the function uses. The construct that deploys it writes them, the
// function reads them; a value that is missing or wrong is named before anything else happens.
import * as z from 'zod';
import { InvalidInputError } from './domain/errors.ts';
import { FUNCTIONS, type FunctionName, type FunctionUses, type QueueName } from './functions.ts';

const Arn = z.string().regex(/^arn:[\w-]+:[\w-]+:[\w-]*:\d*:.+$/, 'an ARN');
/** Secrets Manager takes either. */
const Secret = z.string().regex(/^[\w/+=.@:-]{1,512}$/, 'the ARN or the name of a secret');
const Bucket = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket name');
const Table = z.string().regex(/^[A-Za-z0-9_.-]{3,255}$/, 'a table name');
const Url = z.url({ protocol: /^https?$/ }).refine((url) => !url.endsWith('/'), 'no slash at the end');
const S3Object = z.string().regex(/^s3:\/\/[a-z0-9][a-z0-9.-]+\/.+$/, 's3://bucket/key');

/** Every setting there is, by name. */
const SETTINGS = {
  /** Name of the installation's stage: `production`, `test`. */
  stage: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'lowercase letters, digits and dashes'),
  /** SHA-256 (lowercase hex) over the code of every function of this release. */
  build: z.string().regex(/^[0-9a-f]{64}$/, '64 lowercase hexadecimal characters'),
  /** The installation document. */
  installation: S3Object,
  /** People, teams and what files declare. */
  organisation: S3Object,
  reviewsTable: Table,
  dataBucket: Bucket,
  ledgerTable: Table,
  lockedBucket: Bucket,
  /** KMS key that signs checkpoints (Ed25519). */
  logKey: Arn,
  /** KMS key that signs attestations (P-256). */
  attestationKey: Arn,
  /** Secret that holds the salt of pseudonyms. */
  pseudonymSecret: Secret,
  /** Secret that holds `signingSecret` and `botToken`, as JSON. */
  slackSecret: Secret,
  cookieSecret: Secret,
  /** Address of the review page and of Slack's requests. */
  webUrl: Url,
  openingMachine: Arn,
  /** ARNs of the product's own roles, parted by commas: reviewed, never switched off. */
  ownRoles: z.string().regex(/^arn:[^,]+(,arn:[^,]+)*$/, 'ARNs parted by commas'),
  packsBucket: Bucket,
} as const;

type SettingName = keyof typeof SETTINGS;

/** Settings of one function. */
export type Settings = { readonly [K in SettingName]?: string | undefined } & {
  readonly stage: string;
  readonly build: string;
  readonly installation: string;
  readonly organisation: string;
  readonly reviewsTable: string;
  /** URLs of the queues it sends to. */
  readonly queues: Partial<Readonly<Record<QueueName, string>>>;
  /** Names of the functions it calls. */
  readonly functions: Partial<Readonly<Record<FunctionName, string>>>;
};

/** Which settings a function has, besides queues and functions. */
export function settingNames(name: FunctionName): SettingName[] {
  const uses = FUNCTIONS[name];
  return [
    'stage',
    'build',
    'installation',
    'organisation',
    'reviewsTable',
    ...named(uses.blobs !== 'none', 'dataBucket'),
    ...named(uses.ledger !== 'none', 'ledgerTable', 'lockedBucket'),
    ...named(uses.ledger === 'write', 'logKey'),
    ...named(uses.attests, 'attestationKey'),
    ...named(uses.pseudonyms, 'pseudonymSecret'),
    ...named(uses.slack, 'slackSecret'),
    ...named(uses.mails, 'webUrl'),
    ...named(uses.connectors.length > 0, 'ownRoles'),
    ...named(uses.serves, 'cookieSecret'),
    ...named(uses.opens, 'openingMachine'),
    ...named(uses.packs, 'packsBucket'),
  ];
}

function named(when: boolean, ...names: SettingName[]): SettingName[] {
  return when ? names : [];
}

/** Name of the environment variable that carries a setting: `reviewsTable` is `COUNTERSIGN_REVIEWS_TABLE`. */
export function variableOf(setting: string): string {
  return `COUNTERSIGN_${setting
    .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
    .replaceAll('-', '_')
    .toUpperCase()}`;
}

/** Variable with the URL of a queue: `COUNTERSIGN_QUEUE_MAIL_EVENTS`. */
export function queueVariable(queue: QueueName): string {
  return variableOf(`queue-${queue}`);
}

/** Variable with the name of a function: `COUNTERSIGN_FUNCTION_SEAL_LEDGER`. */
export function functionVariable(name: FunctionName): string {
  return variableOf(`function-${name}`);
}

/** Every variable of a function, in order of text. */
export function variablesOf(name: FunctionName): string[] {
  const { sends, calls }: FunctionUses = FUNCTIONS[name];
  return [
    ...settingNames(name).map(variableOf),
    ...sends.map(queueVariable),
    ...calls.map(functionVariable),
  ].toSorted();
}

/**
 * Reads a function's settings from environment variables.
 * @throws InvalidInputError BAD_SETTING naming every variable that is missing or wrong, and what it must be
 */
export function readSettings(
  name: FunctionName,
  variables: Readonly<Record<string, string | undefined>>,
): Settings {
  const problems: string[] = [];
  const read = (variable: string, schema: z.ZodType<string>): string | undefined => {
    const parsed = schema.safeParse(variables[variable]);
    if (parsed.success) return parsed.data;
    const wrong = variables[variable] === undefined ? 'is not set' : 'is not right';
    problems.push(`${variable} ${wrong}: ${parsed.error.issues[0]?.message ?? ''}`);
    return undefined;
  };
  const uses: FunctionUses = FUNCTIONS[name];
  const settings = Object.fromEntries(
    settingNames(name).map((setting) => [setting, read(variableOf(setting), SETTINGS[setting])]),
  );
  const queues = Object.fromEntries(uses.sends.map((queue) => [queue, read(queueVariable(queue), z.url())]));
  const functions = Object.fromEntries(
    uses.calls.map((called) => [called, read(functionVariable(called), z.string().min(1))]),
  );
  if (problems.length > 0) {
    throw new InvalidInputError({
      code: 'BAD_SETTING',
      message: `Function ${name} cannot start: ${problems.join('; ')}`,
    });
  }
  return { ...settings, queues, functions } as Settings;
}
