// The lists of the review store, each found by looking at every record.
import type { RecordKind, Records } from '../../application/ports/records.ts';
import type { DueRef, OpenItemRef, ReviewStore } from '../../application/ports/review-store.ts';
import type { Instant } from '../../domain/time.ts';
import { dueShardOf, keyOf, nextDueOf, textOfKey } from '../records/record-keys.ts';
import { pageBy, sortBy } from './pages.ts';
import type { RecordTable } from './record-table.ts';

const DUE_KINDS = ['campaign', 'docket', 'removal', 'exception', 'promise'] as const satisfies readonly RecordKind[];

function openItems(table: RecordTable, campaignId: string, reviewerId: string): OpenItemRef[] {
  return table
    .select(
      'item',
      (item) => item.campaignId === campaignId && item.reviewerId === reviewerId && item.state === 'open',
    )
    .map(({ campaignId, reviewerId, identityKey, risk }) => ({ campaignId, reviewerId, identityKey, risk }));
}

const worstFirst = ({ risk, identityKey }: OpenItemRef): string =>
  `${String(100 - risk).padStart(3, '0')}#${identityKey}`;

const byTime = ({ claimedAt, noticeId }: Records['notice']): string => `${claimedAt}#${noticeId}`;

/** The list part of the review store. */
export function listsOver(
  table: RecordTable,
): Omit<ReviewStore, 'get' | 'getMany' | 'commit' | 'putNew' | `${'due' | 'inbox'}${string}` | 'advanceWatermark'> {
  return {
    openItems: async (campaignId, reviewerId, page) =>
      pageBy(openItems(table, campaignId, reviewerId), worstFirst, page),
    countOpenItems: async (campaignId, reviewerId) => openItems(table, campaignId, reviewerId).length,
    docketsOf: async (reviewerId) =>
      sortBy(
        table.select('docket', (docket) => docket.reviewerId === reviewerId),
        ({ createdAt, campaignId }) => `${createdAt}#${campaignId}`,
        true,
      ),
    docketsIn: async (campaignId, page) =>
      pageBy(
        table.select('docket', (docket) => docket.campaignId === campaignId),
        ({ reviewerId }) => reviewerId,
        page,
      ),
    campaigns: async () =>
      sortBy(table.select('campaign'), ({ startedAt, campaignId }) => `${startedAt}#${campaignId}`, true),
    itemsOf: async (identityKey) =>
      sortBy(
        table.select('item', (item) => item.identityKey === identityKey),
        ({ campaignId }) => campaignId,
      ),
    removalsOf: async (identityKey) =>
      sortBy(
        table.select('removal', (removal) => removal.identityKey === identityKey),
        ({ removalId }) => removalId,
      ),
    exceptionsOf: async (identityKey) =>
      sortBy(
        table.select('exception', (exception) => exception.identityKey === identityKey),
        ({ exceptionId }) => exceptionId,
      ),
    promisesOf: async (identityKey) =>
      sortBy(
        table.select('promise', (promise) => promise.identityKey === identityKey),
        ({ promiseId }) => promiseId,
      ),
    removalsIn: async (campaignId, page) =>
      pageBy(
        table.select('removal', (removal) => removal.campaignId === campaignId),
        ({ identityKey, removalId }) => `${identityKey}#${removalId}`,
        page,
      ),
    noticesOf: async (personId, page) =>
      pageBy(
        table.select('notice', (notice) => notice.personId === personId),
        byTime,
        page,
        true,
      ),
    noticeByProviderId: async (channel, providerId) =>
      sortBy(
        table.select('notice', (notice) => notice.channel === channel && notice.providerId === providerId),
        byTime,
      ).at(-1),
    inventories: async () =>
      sortBy(table.select('inventory'), ({ connector, scope }) => `${connector}#${scope}`),
    definitions: async () => sortBy(table.select('definition'), ({ definitionId }) => definitionId),
    progress: async (campaignId) =>
      sortBy(
        table.select('progress', (progress) => progress.campaignId === campaignId),
        ({ shard }) => String(shard).padStart(4, '0'),
      ),
  };
}

/** Everything due at `now` in one shard. */
export function dueIn(table: RecordTable, shard: number, shards: number, now: Instant): DueRef[] {
  return DUE_KINDS.flatMap((kind) =>
    table.select(kind, isDueIn(kind, shard, shards, now)).map(
      (record) => ({ kind, key: keyOf(kind, record), dueAt: record.nextDueAt }) as DueRef,
    ),
  );
}

function isDueIn<K extends DueRef['kind']>(kind: K, shard: number, shards: number, now: Instant) {
  return (record: Records[K]): boolean => {
    const dueAt = nextDueOf(kind, record);
    return dueAt !== undefined && dueAt <= now && dueShardOf(kind, keyOf(kind, record), shards) === shard;
  };
}

/** Order of due work: oldest first, then by kind and key. */
export function dueText({ kind, key, dueAt }: DueRef): string {
  return `${dueAt}#${kind}#${textOfKey(kind, key)}`;
}
