// The review store on DynamoDB. Layout: addresses.ts. Nothing here reads a whole table.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../application/ports/clock.ts';
import type { RecordKind, Records } from '../../application/ports/records.ts';
import type { ReviewStore } from '../../application/ports/review-store.ts';
import { refuseRepeats } from '../records/check-writes.ts';
import { realSleep, type Sleep } from './backoff.ts';
import { commitTo } from './commit.ts';
import { dueIn, watermarksOf } from './due.ts';
import { type MarkDays, markDays } from './due-days.ts';
import { getRecords, inboxIn, listsOver } from './lists.ts';
import { pointersOf } from './pointers.ts';
import { putRows } from './put-rows.ts';
import { type Row, rowOf } from './row-codec.ts';
import { readRowsTogether, rowContext, type TableAccess } from './table-access.ts';

/** How the store is made. */
export interface DynamoReviewStoreOptions {
  readonly client: DynamoDBClient;
  /** Name of the `reviews` table, made from `reviewsTableDefinition`. */
  readonly table: string;
  /** The clock business rules use: work is filed as due by it. */
  readonly clock: Clock;
  /** Shards of the due index; fixed for the life of a table. @default 16 */
  readonly dueShards?: number;
  /** Shards of the attestation inbox; fixed for the life of a table. @default 16 */
  readonly inboxShards?: number;
  /** Waits between attempts. @default real waiting */
  readonly sleep?: Sleep;
}

/**
 * Opens the store. Every method throws UpstreamError (provider `dynamodb`) when the service fails, and IntegrityError
 * CORRUPT_RECORD, naming the row, when a row cannot be read.
 */
export function createReviewStore(options: DynamoReviewStoreOptions): ReviewStore {
  const { client, table, clock, dueShards = 16, inboxShards = 16, sleep = realSleep } = options;
  const access: TableAccess = { client, table, clock, sleep, dueShards, inboxShards };
  const readRows = readRowsTogether(access);
  const mark = markDays(access);
  return {
    get: async (kind, key) => (await getRecords({ ...access, readRows }, kind, [key]))[0],
    getMany: (kind, keys) => getRecords({ ...access, readRows }, kind, keys),
    commit: commitTo(access, mark),
    putNew: (kind, records) => putNew(access, mark, kind, records),
    ...listsOver({ ...access, readRows }),
    dueShards,
    due: (shard, now, page) => dueIn(access, shard, now, page),
    advanceWatermark: watermarksOf(access),
    inboxShards,
    inbox: (shard, page) => inboxIn(access, shard, page),
  };
}

async function putNew<K extends RecordKind>(
  access: TableAccess,
  mark: MarkDays,
  kind: K,
  records: readonly Records[K][],
): Promise<void> {
  const context = rowContext(access);
  refuseRepeats(kind, records);
  const rows = records.flatMap((record): Row[] => [
    rowOf(kind, record, context),
    ...pointersOf(kind, record),
  ]);
  await mark(rows);
  await putRows(access, rows);
}
