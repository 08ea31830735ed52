// Campaigns over two inventories, opened in small batches; and what an opening must come to, however it went.
import type { Environment } from '../../lib/application/environment.ts';
import { create } from '../../lib/application/ports/review-store.ts';
import type { Campaign } from '../../lib/domain/campaign/campaign.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import { identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import { ownedIdentity } from './reviews.ts';
import { MONDAY, type World, world } from './world.ts';

/** Small enough for several batches an inventory, and reads that end within lines. */
export const SMALL = { identities: 3, readBytes: 1000 };
/** What is opened. */
export const QUARTERLY = { definitionId: 'quarterly', launchedBy: 'max' };

const owners = ['ada', 'ben', 'cleo', ''];
const named = (prefix: string, count: number, more: Partial<Identity> = {}) =>
  Array.from({ length: count }, (_, n) => ownedIdentity(`${prefix}-${n}`, owners[n % 4] ?? '', more));
const COLLECTED = named('svc', 7);
const DECLARED = named('bot', 5, { scope: '210987654321' });

/** Everybody in the two inventories. */
export const ALL_IDENTITIES: readonly Identity[] = [...COLLECTED, ...DECLARED];

/** A world with two inventories and a definition in force; no campaign yet. Service accounts named `svc-6` are left out. */
export async function openingWorld(options: Pick<Parameters<typeof world>[0], 'store' | 'signer'> = {}) {
  const w = await world({
    ...options,
    identities: COLLECTED,
    definition: {
      scope: { where: 'true', exclude: [{ where: 'identity.name == "svc-6"', reason: 'break-glass' }] },
    },
  });
  await w.prepare();
  const { blobs, store } = w.environment;
  const inventory = await blobs.put(
    Buffer.from(DECLARED.map((identity) => JSON.stringify(identity)).join('\n')),
  );
  await store.commit([
    create('inventory', {
      schemaVersion: 1,
      version: 1,
      connector: 'file',
      scope: '210987654321',
      inventory,
      report: inventory,
      completeness: 'complete',
      collectedAt: MONDAY,
      identities: DECLARED.length,
    }),
  ]);
  return w;
}

/** The one campaign. */
export async function onlyCampaign({ store }: Environment): Promise<Campaign> {
  const [campaign, ...others] = await store.campaigns();
  if (!campaign || others.length > 0) throw new Error(`${others.length + (campaign ? 1 : 0)} campaigns`);
  return campaign;
}

/** What must be the same however the campaign was opened. */
export async function openedEssence({ environment }: Pick<World, 'environment'>) {
  const { store, blobs } = environment;
  const campaign = await onlyCampaign(environment);
  const { state, counts, populationDigest = '', startedAt, dueAt, closeBy } = campaign;
  const items = await Promise.all(
    ALL_IDENTITIES.map(({ identityId }) => store.itemsOf(identityKeyOf(identityId))),
  );
  const dockets = (await store.docketsIn(campaign.campaignId)).entries;
  const open = await Promise.all(
    dockets.map(({ reviewerId }) => store.countOpenItems(campaign.campaignId, reviewerId)),
  );
  const snapshots = await Promise.all(items.flat().map(({ snapshot }) => blobs.has(snapshot)));
  const inbox = await Promise.all(
    Array.from({ length: store.inboxShards }, async (_, shard) => (await store.inbox(shard)).entries),
  );
  return {
    campaign: { state, counts, populationDigest, startedAt, dueAt, closeBy },
    manifest: Buffer.from(await blobs.get(populationDigest)).toString(),
    items,
    dockets: dockets.toSorted((a, b) => (a.reviewerId < b.reviewerId ? -1 : 1)),
    open: open.reduce((sum, count) => sum + count, 0),
    snapshots: snapshots.filter(Boolean).length,
    attested: inbox.flat().filter(({ envelope }) => payloadOf(envelope).includes(`population/`)).length,
  };
}

function payloadOf(envelope: string): string {
  const { payload } = JSON.parse(envelope) as { payload: string };
  return Buffer.from(payload, 'base64').toString();
}
