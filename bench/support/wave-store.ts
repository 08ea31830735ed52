// The store of a wave: dockets, notices and desks as they are written, and items made up as they are asked for, so that a
// million of them fit. It counts what the tables would be asked: requests, and rows in the answers.
import { OPEN_ITEM_SHARDS } from '../../lib/adapters/dynamodb/addresses.ts';
import { gatherReads } from '../../lib/adapters/records/gather-reads.ts';
import { dueShardOf, keyOf, textOfKey } from '../../lib/adapters/records/record-keys.ts';
import type { RecordKeys, RecordKind, Records } from '../../lib/application/ports/records.ts';
import type { DueRef, ReviewStore } from '../../lib/application/ports/review-store.ts';
import type { Campaign } from '../../lib/domain/campaign/campaign.ts';
import { ConflictError } from '../../lib/domain/errors.ts';
import type { Docket } from '../../lib/domain/review/docket.ts';
import type { ReviewItem } from '../../lib/domain/review/review-item.ts';
import type { Instant } from '../../lib/domain/time.ts';

/** What was asked so far. */
export interface WaveCount {
  readRequests: number;
  rowsRead: number;
  commits: number;
}

/** What the store holds to begin with. */
export interface WaveContents {
  readonly campaign: Campaign;
  readonly dockets: readonly Docket[];
  /** Items of a reviewer, worst first. */
  readonly itemsOf: (reviewerId: string) => readonly ReviewItem[];
}

const DUE_SHARDS = 16;
const ROWS_A_REQUEST = 100;

/** A row that is asked for. */
interface Asked {
  readonly kind: RecordKind;
  readonly key: RecordKeys[RecordKind];
}

function textOfAsked({ kind, key }: Asked): string {
  return `${kind}/${textOfKey(kind, key as never)}`;
}

/** Reads as the tables are read: what is asked for in one turn together, a hundred rows a request. */
function readerOver(
  find: (asked: Asked) => unknown,
  read: (requests: number, answer: readonly unknown[]) => void,
): ReviewStore['getMany'] {
  const readRows = gatherReads(
    async (asked: readonly Asked[]): Promise<ReadonlyMap<string, unknown>> => {
      const found = asked.map(find);
      read(Math.ceil(asked.length / ROWS_A_REQUEST), found);
      return new Map(asked.map((one, n) => [textOfAsked(one), found[n]]));
    },
    textOfAsked,
    ROWS_A_REQUEST,
  );
  return async (kind, keys) => {
    const answer = await readRows(keys.map((key) => ({ kind, key })));
    return keys.map((key) => answer.get(textOfAsked({ kind, key })) as Records[typeof kind] | undefined);
  };
}

/** Rows as they are written, and which dockets are due. */
function rowsOf() {
  const rows = new Map<string, { readonly version: number }>();
  const due = Array.from({ length: DUE_SHARDS }, () => new Map<string, DueRef>());
  const put = <K extends RecordKind>(kind: K, record: Records[K]): void => {
    const key = keyOf(kind, record);
    rows.set(`${kind}/${textOfKey(kind, key)}`, record);
    if (kind !== 'docket') return;
    const docket = record as Docket;
    const shard = due[dueShardOf('docket', docket, DUE_SHARDS)];
    const name = docket.reviewerId;
    if (docket.nextDueAt === undefined) shard?.delete(name);
    else {
      const ref: DueRef = {
        kind: 'docket',
        key: { campaignId: docket.campaignId, reviewerId: name },
        dueAt: docket.nextDueAt,
      };
      shard?.set(name, ref);
    }
  };
  const find = <K extends RecordKind>(kind: K, key: Parameters<typeof textOfKey<K>>[1]) =>
    rows.get(`${kind}/${textOfKey(kind, key)}`) as Records[K] | undefined;
  return { rows, due, put, find };
}

/** Makes the store. What a chase does not ask for is not there, and would fail. */
export function waveStore({ campaign, dockets, itemsOf }: WaveContents): {
  readonly store: ReviewStore;
  readonly count: WaveCount;
} {
  const count: WaveCount = { readRequests: 0, rowsRead: 0, commits: 0 };
  const { rows, due, put, find } = rowsOf();
  const read = (requests: number, answer: readonly unknown[]): void => {
    count.readRequests += requests;
    count.rowsRead += answer.filter((row) => row !== undefined).length;
  };
  put('campaign', campaign);
  for (const docket of dockets) put('docket', docket);
  const items = new Map<string, string>();
  const openOf = (reviewerId: string) => {
    const open = itemsOf(reviewerId);
    if (items.size > 100_000) items.clear();
    for (const { identityKey } of open) items.set(identityKey, reviewerId);
    return open;
  };
  const itemOf = (identityKey: string) =>
    itemsOf(items.get(identityKey) ?? '').find((item) => item.identityKey === identityKey);
  const none = async () => {
    read(1, []);
    return [];
  };
  const getMany = readerOver(
    ({ kind, key }) =>
      kind === 'item' && 'identityKey' in key ? itemOf(key.identityKey) : find(kind, key as never),
    read,
  );
  const parts: Partial<ReviewStore> = {
    get: async (kind, key) => (await getMany(kind, [key]))[0],
    getMany,
    async commit(writes) {
      for (const { kind, record, previous } of writes) {
        const subject = record ?? previous;
        const before = rows.get(`${kind}/${textOfKey(kind, keyOf(kind, subject as never))}`);
        if (before?.version !== previous?.version)
          throw new ConflictError({ code: 'CONFLICT', message: `${kind} was written by another.` });
      }
      count.commits += 1;
      // Attestations on their way into the log are not read again here.
      for (const { kind, record } of writes)
        if (record && kind !== 'inbox' && kind !== 'attested' && kind !== 'link') put(kind, record as never);
    },
    async openItems(campaignId, reviewerId) {
      const open = openOf(reviewerId);
      read(OPEN_ITEM_SHARDS, open);
      return {
        entries: open.map(({ identityKey, risk }) => ({ campaignId, reviewerId, identityKey, risk })),
        next: undefined,
      };
    },
    async docketsOf(reviewerId) {
      // A pointer for each, and then the dockets themselves.
      const [docket] = await getMany('docket', [{ campaignId: campaign.campaignId, reviewerId }]);
      read(1, [docket]);
      return docket ? [docket] : [];
    },
    delegationsFrom: none,
    delegationsTo: none,
    ...dueParts(due, read),
    inboxShards: DUE_SHARDS,
  };
  return { store: parts as ReviewStore, count };
}

function dueParts(
  due: readonly ReadonlyMap<string, DueRef>[],
  read: (requests: number, answer: readonly unknown[]) => void,
): Pick<ReviewStore, 'dueShards' | 'due' | 'advanceWatermark'> {
  /** What the pages of one look at a shard are cut from. */
  let listed: readonly DueRef[] = [];
  const reached = new Map<number, string>();
  return {
    dueShards: DUE_SHARDS,
    async due(shard, now, page) {
      const from = Number(page?.cursor ?? 0);
      if (from === 0) listed = dueBy(due[shard] ?? new Map(), now);
      const all = listed;
      const entries = all.slice(from, from + (page?.limit ?? 100));
      // Which days have work, and then the hour.
      read(2, entries);
      const isLast = from + entries.length >= all.length;
      return { entries, next: isLast ? undefined : String(from + entries.length) };
    },
    async advanceWatermark(shard, now) {
      // Read once an hour: from then on the store knows that it has been reached.
      const hour = now.slice(0, 13);
      if (reached.get(shard) !== hour) read(1, []);
      reached.set(shard, hour);
    },
  };
}

function dueBy(shard: ReadonlyMap<string, DueRef>, now: Instant): DueRef[] {
  return [...shard.values()].filter(({ dueAt }) => dueAt <= now).sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
}
