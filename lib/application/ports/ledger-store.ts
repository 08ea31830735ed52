// The insert-only store of the ledger. It has no method that changes or removes a row.
import type {
  CheckpointRow,
  CosignatureRow,
  KeyEndRow,
  KeyRow,
  LeafRow,
  LedgerKeys,
  LedgerKind,
  LedgerRows,
} from './ledger-rows.ts';

/**
 * The store port. Adapters: memory and DynamoDB; both pass one contract. Every read is strongly consistent, and throws
 * IntegrityError `CORRUPT_RECORD` for a row that cannot be read.
 */
export interface LedgerStore {
  /**
   * Inserts rows, each on its own and in any order. For each, in order: undefined when it was inserted, else the row
   * that was there already and has stayed as it was.
   */
  insert<K extends LedgerKind>(
    kind: K,
    rows: readonly LedgerRows[K][],
  ): Promise<(LedgerRows[K] | undefined)[]>;
  /** Reads one row. */
  get<K extends LedgerKind>(kind: K, key: LedgerKeys[K]): Promise<LedgerRows[K] | undefined>;
  /** Reads many rows (batched), in the order of the keys; missing ones are undefined. */
  getMany<K extends LedgerKind>(
    kind: K,
    keys: readonly LedgerKeys[K][],
  ): Promise<(LedgerRows[K] | undefined)[]>;
  /** The leaf rows from `start` up to, not including, `end`, in order; missing ones are left out. At most 1,000. */
  leaves(start: number, end: number): Promise<LeafRow[]>;
  /** The newest checkpoint of at most `size`, for a `size` no more than 1,000 past the newest one's. */
  checkpointUpTo(size: number): Promise<CheckpointRow | undefined>;
  /** Every witness's line on one checkpoint, by witness name. */
  cosignatures(size: number): Promise<CosignatureRow[]>;
  /** Every key ever used, and the ends of the retired ones' ranges. */
  keys(): Promise<{ readonly keys: readonly KeyRow[]; readonly ends: readonly KeyEndRow[] }>;
}
