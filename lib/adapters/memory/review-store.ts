// The review store in memory: for tests and for trying things out. Same contract as DynamoDB, nothing durable.
import type { ReviewStore, Write } from '../../application/ports/review-store.ts';
import { checkWrites, conflictAt, type LooseWrite, refuseRepeats } from '../records/check-writes.ts';
import { keyOf, shardOf } from '../records/record-keys.ts';
import { dueIn, dueText } from './due.ts';
import { listsOver } from './lists.ts';
import { pageBy } from './pages.ts';
import { createRecordTable, type RecordTable } from './record-table.ts';

/** How the store is cut into shards; the same defaults as the DynamoDB store. */
export interface MemoryReviewStoreOptions {
  readonly dueShards?: number;
  readonly inboxShards?: number;
}

/**
 * Makes an empty review store. Records are copied on the way in and out. Rows with an `expiresAt` stay: whoever reads
 * one looks at the time, as with DynamoDB, which deletes late.
 */
export function createMemoryReviewStore(options: MemoryReviewStoreOptions = {}): ReviewStore {
  const { dueShards = 16, inboxShards = 16 } = options;
  const table = createRecordTable();
  return {
    get: async (kind, key) => table.get(kind, key),
    getMany: async (kind, keys) => keys.map((key) => table.get(kind, key)),
    commit: async (writes) => commit(table, writes),
    putNew: async (kind, records) => {
      refuseRepeats(kind, records);
      for (const record of records) table.put(kind, record);
    },
    ...listsOver(table),
    dueShards,
    due: async (shard, now, page) => pageBy(dueIn(table, shard, dueShards, now), dueText, page),
    // Everything due is found by looking at every record, so there is no index to trail.
    advanceWatermark: async () => undefined,
    inboxShards,
    inbox: async (shard, page) =>
      pageBy(
        table.select('inbox', ({ attestationId }) => shardOf(attestationId, inboxShards) === shard),
        ({ receivedAt, attestationId }) => `${receivedAt}#${attestationId}`,
        page,
      ),
  };
}

function commit(table: RecordTable, writes: readonly Write[]): void {
  const checked = checkWrites(writes);
  const stale = checked.flatMap((write, position) => (isCurrent(table, write) ? [] : [position]));
  if (stale.length > 0) throw conflictAt(checked, stale);
  for (const { kind, record, previous } of checked) {
    if (record) table.put(kind, record);
    else if (previous) table.remove(kind, keyOf(kind, previous));
  }
}

function isCurrent(table: RecordTable, { kind, record, previous }: LooseWrite): boolean {
  const subject = record ?? previous;
  return !subject || table.versionOf(kind, keyOf(kind, subject)) === previous?.version;
}
