// The lists of the review store: each a query of one partition, or of a fixed number of them.
import * as z from 'zod';
import type { RecordKeys, RecordKind, Records } from '../../application/ports/records.ts';
import type { OpenItemRef, Page, PageRequest, ReviewStore } from '../../application/ports/review-store.ts';
import type { CampaignId } from '../../domain/campaign/campaign.ts';
import type { IdentityKey } from '../../domain/identity/identity-id.ts';
import { limitOf, packCursor, readCursor } from '../records/cursor.ts';
import {
  ALONE,
  addressOf,
  CAMPAIGN_SHARDS,
  docketPartition,
  OPEN_ITEM_SHARDS,
  openItemPartition,
  providerPartition,
  removalPartition,
} from './addresses.ts';
import { openItemAt } from './pointers.ts';
import { addressIn, type Row, recordIn } from './row-codec.ts';
import {
  countRows,
  type PartitionRange,
  queryRows,
  type ReadRows,
  type TableAccess,
  textOfAddress,
} from './table-access.ts';

/** The table with its reader of rows by key. */
export interface ListAccess extends TableAccess {
  readonly readRows: ReadRows;
}

/** Reads records of one kind by key, in order; missing ones are undefined. */
export async function getRecords<K extends RecordKind>(
  { readRows, inboxShards }: ListAccess,
  kind: K,
  keys: readonly RecordKeys[K][],
): Promise<(Records[K] | undefined)[]> {
  const addresses = keys.map((key) => addressOf(kind, key, inboxShards));
  const rows = await readRows(addresses);
  return addresses.map((address) => {
    const row = rows.get(textOfAddress(address));
    return row && recordIn(kind, row);
  });
}

/** Every record of one kind in a partition, in order of sort key. */
async function recordsIn<K extends RecordKind>(
  access: TableAccess,
  kind: K,
  range: PartitionRange,
): Promise<Records[K][]> {
  return (await queryRows(access, range)).map((row) => recordIn(kind, row));
}

function isThere<T>(record: T | undefined): record is T {
  return record !== undefined;
}

/** A page of the rows of one partition. */
async function pageOfRows(
  access: TableAccess,
  range: PartitionRange,
  page: PageRequest | undefined,
): Promise<Page<Row>> {
  const limit = limitOf(page);
  const after = readCursor(z.string(), page?.cursor);
  const rows = await queryRows(access, { ...range, after }, limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { entries: shown, next: last && rows.length > limit ? packCursor(addressIn(last).sk) : undefined };
}

const ShardPosition = z.strictObject({ shard: z.int().min(0), sk: z.string() });

/** A page of the rows of several partitions, one after the other. */
async function pageOverShards(
  access: TableAccess,
  partitionOf: (shard: number) => string,
  page: PageRequest | undefined,
): Promise<Page<Row>> {
  const limit = limitOf(page);
  const start = readCursor(ShardPosition, page?.cursor);
  const rows: { readonly shard: number; readonly row: Row }[] = [];
  for (let shard = start?.shard ?? 0; shard < CAMPAIGN_SHARDS && rows.length <= limit; shard += 1) {
    const after = shard === start?.shard ? start.sk : undefined;
    const found = await queryRows(access, { pk: partitionOf(shard), after }, limit + 1 - rows.length);
    rows.push(...found.map((row) => ({ shard, row })));
  }
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    entries: shown.map(({ row }) => row),
    next:
      last && rows.length > limit ? packCursor({ shard: last.shard, sk: addressIn(last.row).sk }) : undefined,
  };
}

/** Merges the shards of a reviewer's pointers: each is sorted, so the first `limit` of all are among the first of each. */
async function openItems(
  access: TableAccess,
  campaignId: CampaignId,
  reviewerId: string,
  page: PageRequest | undefined,
): Promise<Page<OpenItemRef>> {
  const limit = limitOf(page);
  const after = readCursor(z.string(), page?.cursor);
  const shards = await Promise.all(
    Array.from({ length: OPEN_ITEM_SHARDS }, (_, shard) =>
      queryRows(access, { pk: openItemPartition(campaignId, reviewerId, shard), after }, limit + 1),
    ),
  );
  const sorted = shards
    .flat()
    .map((row) => addressIn(row).sk)
    .sort();
  const shown = sorted.slice(0, limit);
  return {
    entries: shown.map((sk) => {
      const { risk, identityKey } = openItemAt(sk);
      return { campaignId, reviewerId, identityKey: identityKey as IdentityKey, risk };
    }),
    next: sorted.length > limit ? packCursor(shown.at(-1)) : undefined,
  };
}

async function countOpenItems(access: TableAccess, campaignId: string, reviewerId: string): Promise<number> {
  const counts = await Promise.all(
    Array.from({ length: OPEN_ITEM_SHARDS }, (_, shard) =>
      countRows(access, openItemPartition(campaignId, reviewerId, shard)),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** `DOCKET#<createdAt>#<campaign>`, `NT#` and `ASK#<claimedAt>#<notice>`, `ACT#<handledAt>#<message>`: what follows the instant. */
function afterInstant(row: Row, prefix: string): string {
  return addressIn(row).sk.slice(prefix.length + 'yyyy-mm-ddThh:mm:ss.sssZ#'.length);
}

async function docketsOf(access: ListAccess, reviewerId: string): Promise<Records['docket'][]> {
  const rows = await queryRows(access, { pk: `P#${reviewerId}`, prefix: 'DOCKET#', descending: true });
  const keys = rows.map((row) => ({ campaignId: afterInstant(row, 'DOCKET#') as CampaignId, reviewerId }));
  return (await getRecords(access, 'docket', keys)).filter(isThere);
}

async function noticesOf(
  access: ListAccess,
  prefix: 'NT#' | 'ASK#',
  personId: string,
  page: PageRequest | undefined,
): Promise<Page<Records['notice']>> {
  const range = { pk: `P#${personId}`, prefix, descending: true };
  const { entries, next } = await pageOfRows(access, range, page);
  const keys = entries.map((row) => ({ personId, noticeId: afterInstant(row, prefix) }));
  return { entries: (await getRecords(access, 'notice', keys)).filter(isThere), next };
}

async function actsOf(
  access: ListAccess,
  personId: string,
  page: PageRequest | undefined,
): Promise<Page<Records['handled']>> {
  const range = { pk: `P#${personId}`, prefix: 'ACT#', descending: true };
  const { entries, next } = await pageOfRows(access, range, page);
  const keys = entries.map((row) => ({ messageId: afterInstant(row, 'ACT#') }));
  return { entries: (await getRecords(access, 'handled', keys)).filter(isThere), next };
}

async function delegationsTo(access: ListAccess, personId: string): Promise<Records['delegation'][]> {
  const rows = await queryRows(access, { pk: `P#${personId}`, prefix: 'GOT#' });
  const keys = rows.map((row) => {
    const [, from = '', delegationId = ''] = addressIn(row).sk.split('#');
    return { from, delegationId };
  });
  return (await getRecords(access, 'delegation', keys)).filter(isThere);
}

async function noticeByProviderId(
  access: ListAccess,
  channel: 'slack' | 'email',
  providerId: string,
): Promise<Records['notice'] | undefined> {
  const address = { pk: providerPartition(channel, providerId), sk: ALONE };
  const pointer = (await access.readRows([address])).get(textOfAddress(address));
  const personId = pointer?.['p']?.S;
  const noticeId = pointer?.['n']?.S;
  if (personId === undefined || noticeId === undefined) return undefined;
  return (await getRecords(access, 'notice', [{ personId, noticeId }]))[0];
}

async function removalsIn(
  access: ListAccess,
  campaignId: CampaignId,
  page: PageRequest | undefined,
): Promise<Page<Records['removal']>> {
  const { entries, next } = await pageOverShards(
    access,
    (shard) => removalPartition(campaignId, shard),
    page,
  );
  const keys = entries.map((row) => {
    const { sk } = addressIn(row);
    const cut = sk.indexOf('#');
    return { identityKey: sk.slice(0, cut) as IdentityKey, removalId: sk.slice(cut + 1) };
  });
  return { entries: (await getRecords(access, 'removal', keys)).filter(isThere), next };
}

async function docketsIn(
  access: TableAccess,
  campaignId: CampaignId,
  page: PageRequest | undefined,
): Promise<Page<Records['docket']>> {
  const { entries, next } = await pageOverShards(access, (shard) => docketPartition(campaignId, shard), page);
  return { entries: entries.map((row) => recordIn('docket', row)), next };
}

async function campaigns(access: TableAccess): Promise<Records['campaign'][]> {
  const found = await recordsIn(access, 'campaign', { pk: 'CAMPAIGNS' });
  const textOf = ({ startedAt, campaignId }: Records['campaign']): string => `${startedAt}#${campaignId}`;
  return found.sort((a, b) => (textOf(a) < textOf(b) ? 1 : -1));
}

/** Attestations waiting in one shard, oldest first. */
export async function inboxIn(
  access: TableAccess,
  shard: number,
  page: PageRequest | undefined,
): Promise<Page<Records['inbox']>> {
  const { entries, next } = await pageOfRows(access, { pk: `INBOX#${shard}` }, page);
  return { entries: entries.map((row) => recordIn('inbox', row)), next };
}

/** The list part of the review store. */
export type ReviewLists = Omit<
  ReviewStore,
  'get' | 'getMany' | 'commit' | 'putNew' | `${'due' | 'inbox'}${string}` | 'advanceWatermark'
>;

/** Makes the list part. */
export function listsOver(access: ListAccess): ReviewLists {
  const ofIdentity =
    <K extends 'item' | 'removal' | 'exception' | 'promise'>(kind: K, prefix: string) =>
    (identityKey: IdentityKey): Promise<Records[K][]> =>
      recordsIn(access, kind, { pk: `ID#${identityKey}`, prefix });
  return {
    openItems: (campaignId, reviewerId, page) => openItems(access, campaignId, reviewerId, page),
    countOpenItems: (campaignId, reviewerId) => countOpenItems(access, campaignId, reviewerId),
    docketsOf: (reviewerId) => docketsOf(access, reviewerId),
    docketsIn: (campaignId, page) => docketsIn(access, campaignId, page),
    campaigns: () => campaigns(access),
    itemsOf: ofIdentity('item', 'ITEM#'),
    removalsOf: ofIdentity('removal', 'RM#'),
    exceptionsOf: ofIdentity('exception', 'EX#'),
    promisesOf: ofIdentity('promise', 'PR#'),
    removalsIn: (campaignId, page) => removalsIn(access, campaignId, page),
    noticesOf: (personId, page) => noticesOf(access, 'NT#', personId, page),
    askingNotices: (personId, page) => noticesOf(access, 'ASK#', personId, page),
    actsOf: (personId, page) => actsOf(access, personId, page),
    noticeByProviderId: (channel, providerId) => noticeByProviderId(access, channel, providerId),
    delegationsFrom: (personId) => recordsIn(access, 'delegation', { pk: `P#${personId}`, prefix: 'GIVEN#' }),
    delegationsTo: (personId) => delegationsTo(access, personId),
    inventories: () => recordsIn(access, 'inventory', { pk: 'INVENTORIES' }),
    definitions: () => recordsIn(access, 'definition', { pk: 'DEFINITIONS' }),
  };
}
