// Records in memory, kept as JSON so that what is read is what a real store would give back.
import type { RecordKeys, RecordKind, Records } from '../../application/ports/records.ts';
import { keyOf, textOfKey } from '../records/record-keys.ts';

interface Kept {
  readonly text: string;
  /** For looking at only; never handed out. */
  readonly record: Records[RecordKind];
}

/** Records by kind and key. */
export interface RecordTable {
  get<K extends RecordKind>(kind: K, key: RecordKeys[K]): Records[K] | undefined;
  put<K extends RecordKind>(kind: K, record: Records[K]): void;
  remove<K extends RecordKind>(kind: K, key: RecordKeys[K]): void;
  versionOf<K extends RecordKind>(kind: K, key: RecordKeys[K]): number | undefined;
  /** Copies of the records of a kind that fulfil the condition. */
  select<K extends RecordKind>(kind: K, where?: (record: Records[K]) => boolean): Records[K][];
}

/** Makes an empty table. */
export function createRecordTable(): RecordTable {
  const kinds = new Map<RecordKind, Map<string, Kept>>();
  const rowsOf = (kind: RecordKind): Map<string, Kept> => {
    const rows = kinds.get(kind) ?? new Map<string, Kept>();
    kinds.set(kind, rows);
    return rows;
  };
  return {
    get: <K extends RecordKind>(kind: K, key: RecordKeys[K]) => {
      const kept = rowsOf(kind).get(textOfKey(kind, key));
      return kept && (JSON.parse(kept.text) as Records[K]);
    },
    put: (kind, record) => {
      const text = JSON.stringify(record);
      rowsOf(kind).set(textOfKey(kind, keyOf(kind, record)), { text, record: JSON.parse(text) });
    },
    remove: (kind, key) => void rowsOf(kind).delete(textOfKey(kind, key)),
    versionOf: (kind, key) => rowsOf(kind).get(textOfKey(kind, key))?.record.version,
    select: <K extends RecordKind>(kind: K, where: (record: Records[K]) => boolean = () => true) =>
      [...rowsOf(kind).values()].flatMap((kept) =>
        where(kept.record as Records[K]) ? [JSON.parse(kept.text) as Records[K]] : [],
      ),
  };
}
