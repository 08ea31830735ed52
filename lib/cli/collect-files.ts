// `collect --from`: what is in somebody's files, without a stack, a call or a write.
import { declareOwners } from '../adapters/people/declare-owners.ts';
import { type OwnerPaths, readOwnerFiles } from '../adapters/people/read-owner-files.ts';
import { environmentSecrets } from '../adapters/secrets/environment-secrets.ts';
import type { Declare } from '../application/collect-identities.ts';
import type { Connector } from '../application/ports/connector.ts';
import { connectorModule } from '../connectors/registry.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { CollectionReport } from '../domain/identity/collection.ts';
import type { Instant } from '../domain/time.ts';
import { parseJson, readTextFile } from '../local/iam/read-json.ts';
import { collectionText, type InventorySummary } from '../presentation/terminal/collection-text.ts';
import { readInstant } from './arguments.ts';
import type { CliContext } from './context.ts';
import { lookOf } from './on-stack.ts';
import { connectorOf } from './recognise-file.ts';
import { inventoryCounter } from './summarise-inventory.ts';

/** What to read: inventories, the moment ages are counted from, and who owns what. */
export interface FilesToCollect {
  readonly files: readonly string[];
  readonly asOf: string | undefined;
  readonly owners: OwnerPaths;
}

/** Reads the files and says what is in them. @throws InvalidInputError naming file, line and column */
export async function collectFiles(
  context: CliContext,
  connectors: readonly string[],
  { files, asOf, owners }: FilesToCollect,
): Promise<void> {
  if (connectors.length > 1) {
    throw new InvalidInputError({
      code: 'BAD_ARGUMENT',
      message: `With --from, name at most one connector, not ${connectors.join(', ')}.`,
    });
  }
  const now = asOf === undefined ? context.now() : readInstant('--as-of', asOf);
  const declare = await declareOwners(await readOwnerFiles(owners));
  const notes: string[] = [];
  const made = await connectorsFor(context, files, connectors[0], now, notes);
  const collections: { report: CollectionReport; summary: InventorySummary }[] = [];
  for (const connector of made)
    collections.push(await whereItBroke(files.map(context.path), () => collectOne(connector, declare, now)));
  const look = lookOf(context, now);
  const text = collections.map(({ report, summary }) => collectionText(report, summary, look)).join('\n');
  for (const note of notes) context.err.write(`${note}\n`);
  context.say({
    json: { asOf: now, collections: collections.map(({ report, summary }) => ({ ...report, summary })) },
    text,
  });
}

/** Files of one account, and of one server, are read together; every other file is a system of its own. */
async function connectorsFor(
  context: CliContext,
  files: readonly string[],
  named: string | undefined,
  now: Instant,
  notes: string[],
): Promise<Connector[]> {
  const together = new Map<string, string[]>();
  const others: string[] = [];
  for (const file of files) {
    const path = context.path(file);
    const connector = named ?? (await connectorOf(path));
    if (connector === 'file') others.push(path);
    else together.set(connector, [...(together.get(connector) ?? []), path]);
  }
  const clock = { now: () => now };
  const surroundings = {
    clock,
    note: (text: string) => void notes.push(text),
    secret: environmentSecrets(context.env),
  };
  return [
    ...[...together].map(([id, from]) => connectorModule(id).create({ from }, surroundings)),
    ...others.map((path) => connectorModule('file').create({ path }, surroundings)),
  ];
}

/** Names line and column of broken JSON, which connectors, reading whole documents, do not. */
async function whereItBroke<T>(paths: readonly string[], read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const broken =
      error instanceof InvalidInputError &&
      error.code === 'MALFORMED_JSON' &&
      !error.message.includes(': line ') &&
      paths.find((path) => error.message.startsWith(`${path}: `));
    if (typeof broken === 'string') parseJson(await readTextFile(broken), broken);
    throw error;
  }
}

async function collectOne(connector: Connector, declare: Declare, now: Instant) {
  const collection = connector.collect();
  const counter = inventoryCounter(now);
  for await (const identity of collection.identities) counter.count(declare(identity));
  return { report: collection.report(), summary: counter.sums() };
}
