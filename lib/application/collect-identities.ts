// Reads one connector's inventory, freezes it, keeps the register current and attests how it was made.
import type { CollectionReport } from '../domain/identity/collection.ts';
import type { Identity } from '../domain/identity/identity.ts';
import { identityKeyOf } from '../domain/identity/identity-id.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { type NoteChanges, noteChanges } from './events/changes-seen.ts';
import { digestOf, fileBytes, fileText } from './plain-json.ts';
import type { Connector } from './ports/connector.ts';
import { create, update, type Write } from './ports/review-store.ts';

/** What a collection gave. */
export interface CollectionOutcome {
  readonly connector: string;
  readonly inventory: string;
  readonly report: CollectionReport;
}

/** Adds what files declare (owners, purpose, …) to what a connector saw. */
export type Declare = (identity: Identity) => Identity;

/** Collects the connectors of an id (with a scope, those that read it), or all in turn when none is named. */
export type CollectIdentities = (
  connectorId?: string,
  options?: {
    readonly scope?: string | undefined;
    readonly progress?: ((seen: number) => void) | undefined;
  },
) => Promise<CollectionOutcome[]>;

const BATCH = 100;

/** Makes the use case. */
export function collectIdentities(environment: Environment, declare: Declare): CollectIdentities {
  return async (connectorId, { scope, progress } = {}) => {
    const { connectors } = environment;
    const chosen = connectorId === undefined ? connectors.all() : connectors.chosen(connectorId, scope);
    const outcomes: CollectionOutcome[] = [];
    for (const connector of chosen)
      outcomes.push(await collectOne(environment, declare, connector, progress));
    return outcomes;
  };
}

async function collectOne(
  environment: Environment,
  declare: Declare,
  connector: Connector,
  progress: ((seen: number) => void) | undefined,
): Promise<CollectionOutcome> {
  const writer = await environment.blobs.writer();
  const collection = connector.collect();
  const note = noteChanges(environment);
  let batch: Identity[] = [];
  let seen = 0;
  const flush = async () => {
    await keepRegisterCurrent(environment, batch, note);
    progress?.(seen);
    batch = [];
  };
  try {
    for await (const found of collection.identities) {
      const identity = declare(found);
      await writer.line(fileText(identity));
      batch.push(identity);
      seen += 1;
      if (batch.length >= BATCH) await flush();
    }
    await flush();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  const inventory = await writer.close();
  const report = collection.report();
  await recordInventory(environment, inventory, report);
  return { connector: connector.manifest.id, inventory, report };
}

async function keepRegisterCurrent(
  environment: Environment,
  batch: readonly Identity[],
  note: NoteChanges,
): Promise<void> {
  if (batch.length === 0) return;
  const { store, clock } = environment;
  const keys = batch.map((identity) => ({ identityKey: identityKeyOf(identity.identityId) }));
  const rows = await store.getMany('identity', keys);
  const seen = batch.map((identity, position) => ({
    identity,
    contentDigest: digestOf({ ...identity, observedAt: null }),
    previous: rows[position],
  }));
  await note(seen.filter(({ previous, contentDigest }) => previous?.contentDigest !== contentDigest));
  const fresh = [];
  for (const { identity, contentDigest, previous } of seen) {
    const identityKey = identityKeyOf(identity.identityId);
    if (!previous) {
      fresh.push({
        schemaVersion: 1 as const,
        version: 1,
        identityKey,
        identityId: identity.identityId,
        identity,
        contentDigest,
        firstSeenAt: clock.now(),
      });
    } else if (previous.contentDigest !== contentDigest) {
      await untilNoConflict(async () => {
        const current = await store.get('identity', { identityKey });
        if (!current || current.identity.observedAt >= identity.observedAt) return;
        await store.commit([update('identity', current, { identity, contentDigest })]);
      });
    }
  }
  await store.putNew('identity', fresh);
}

async function recordInventory(
  environment: Environment,
  inventory: string,
  report: CollectionReport,
): Promise<void> {
  const { store, blobs, attestor, clock } = environment;
  const reportDigest = await blobs.put(fileBytes(report));
  const at = clock.now();
  const signed = await attestor.attest(
    {
      name: 'collection',
      subject: { name: `collection/${report.connector}/${report.scope}`, sha256: reportDigest },
      step: inventory,
      ordinal: 0,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        connector: report.connector,
        scope: report.scope,
        inventory,
        completeness: report.completeness,
        identities: report.identities,
        credentials: report.credentials,
      },
    },
    at,
  );
  await untilNoConflict(async () => {
    const key = { connector: report.connector, scope: report.scope };
    const previous = await store.get('inventory', key);
    const change = {
      inventory,
      report: reportDigest,
      completeness: report.completeness,
      collectedAt: at,
      identities: report.identities,
    };
    const write: Write = previous
      ? update('inventory', previous, change)
      : create('inventory', { schemaVersion: 1, version: 1, ...key, ...change });
    const attested = await store.get('attested', { attestationId: signed.attestationId });
    await store.commit(attested ? [write] : [write, ...signed.writes]);
  });
}
