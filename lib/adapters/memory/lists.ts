// The lists of the review store, each found by looking at every record.
import type { Records } from '../../application/ports/records.ts';
import type { OpenItemRef, ReviewStore } from '../../application/ports/review-store.ts';
import { asksForWord } from '../../domain/chase/asking.ts';
import { pageBy, sortBy } from './pages.ts';
import type { RecordTable } from './record-table.ts';

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

type ReviewLists = Omit<
  ReviewStore,
  'get' | 'getMany' | 'commit' | 'putNew' | `${'due' | 'inbox'}${string}` | 'advanceWatermark'
>;

type ListsOfIdentity = Pick<ReviewLists, 'itemsOf' | 'removalsOf' | 'exceptionsOf' | 'promisesOf'>;

function listsOfIdentity(table: RecordTable): ListsOfIdentity {
  return {
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
  };
}

/** The list part of the review store. */
export function listsOver(table: RecordTable): ReviewLists {
  return {
    ...listsOfIdentity(table),
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
    askingNotices: async (personId, page) =>
      pageBy(
        table.select('notice', (notice) => notice.personId === personId && asksForWord(notice.purpose)),
        byTime,
        page,
        true,
      ),
    actsOf: async (personId, page) =>
      pageBy(
        table.select('handled', ({ by }) => by === personId),
        ({ handledAt, messageId }) => `${handledAt}#${messageId}`,
        page,
        true,
      ),
    noticeByProviderId: async (channel, providerId) =>
      sortBy(
        table.select('notice', (notice) => notice.channel === channel && notice.providerId === providerId),
        byTime,
      ).at(-1),
    delegationsFrom: async (personId) =>
      sortBy(
        table.select('delegation', ({ from }) => from === personId),
        ({ delegationId }) => delegationId,
      ),
    delegationsTo: async (personId) =>
      sortBy(
        table.select('delegation', ({ to }) => to === personId),
        ({ from, delegationId }) => `${from}#${delegationId}`,
      ),
    inventories: async () =>
      sortBy(table.select('inventory'), ({ connector, scope }) => `${connector}#${scope}`),
    definitions: async () => sortBy(table.select('definition'), ({ definitionId }) => definitionId),
  };
}
