// Which days have work on the due index, per shard. A store left alone for months is caught up by visiting only the days
// marked here instead of every empty hour in between. A marker is put before the first row of its day, so none is missing.
import { putRows } from './put-rows.ts';
import { keyAttributes, type Row } from './row-codec.ts';
import type { TableAccess } from './table-access.ts';

/** Partition of a shard's watermark and day markers. */
export function duePartition(shard: number): string {
  return `DUE#${shard}`;
}

/** Sort key of the watermark: before every day. */
export const WATERMARK = '!';

const REMEMBERED = 100_000;

/** Marks the days of rows about to be written. */
export type MarkDays = (rows: readonly Row[]) => Promise<void>;

/** Makes the marker; it remembers what it has marked, so that most writes need no marker of their own. */
export function markDays(access: TableAccess): MarkDays {
  const marked = new Set<string>();
  return async (rows) => {
    const missing = new Map<string, Row>();
    for (const row of rows) {
      const [hour = '', shard = ''] = row['duePk']?.S?.split('#') ?? [];
      const day = hour.slice(0, 8);
      const name = `${shard}#${day}`;
      if (hour === '' || marked.has(name)) continue;
      missing.set(name, keyAttributes({ pk: duePartition(Number(shard)), sk: day }));
    }
    if (missing.size === 0) return;
    await putRows(access, [...missing.values()]);
    if (marked.size > REMEMBERED) marked.clear();
    for (const name of missing.keys()) marked.add(name);
  };
}
