// Work due, found by looking at every record that may fall due.
import type { Records } from '../../application/ports/records.ts';
import type { DueRef } from '../../application/ports/review-store.ts';
import type { Instant } from '../../domain/time.ts';
import { type DueKind, dueShardOf, keyOf, nextDueOf, textOfKey } from '../records/record-keys.ts';
import type { RecordTable } from './record-table.ts';

const DUE_KINDS: readonly DueKind[] = [
  'campaign',
  'docket',
  'removal',
  'exception',
  'event',
  'directory-seen',
  'slack-members',
  'promise',
  'desk',
];

/** Everything due at `now` in one shard. */
export function dueIn(table: RecordTable, shard: number, shards: number, now: Instant): DueRef[] {
  return DUE_KINDS.flatMap((kind) =>
    table
      .select(kind, isDueIn(kind, shard, shards, now))
      .map((record) => ({ kind, key: keyOf(kind, record), dueAt: record.nextDueAt }) as DueRef),
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
