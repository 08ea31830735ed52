// The ledger in memory: for tests and for trying things out. Same contract as DynamoDB, nothing durable.
import type { LedgerKeys, LedgerKind, LedgerRows } from '../../application/ports/ledger-rows.ts';
import type { LedgerStore } from '../../application/ports/ledger-store.ts';
import { ledgerKeyOf, readLedgerRow, textOfLedgerKey, writeLedgerRow } from '../records/ledger-row-keys.ts';

/** Makes an empty ledger. Rows are copied on the way in and out. */
export function createMemoryLedgerStore(): LedgerStore {
  const kinds = new Map<LedgerKind, Map<string, string>>();
  const rowsOf = (kind: LedgerKind): Map<string, string> => {
    const rows = kinds.get(kind) ?? new Map<string, string>();
    kinds.set(kind, rows);
    return rows;
  };
  const read = <K extends LedgerKind>(kind: K, name: string): LedgerRows[K] | undefined => {
    const text = rowsOf(kind).get(name);
    return text === undefined ? undefined : readLedgerRow(kind, name, text);
  };
  const get = <K extends LedgerKind>(kind: K, key: LedgerKeys[K]) => read(kind, textOfLedgerKey(kind, key));
  const all = <K extends LedgerKind>(kind: K): LedgerRows[K][] =>
    [...rowsOf(kind).keys()].sort().flatMap((name) => read(kind, name) ?? []);
  const insert = <K extends LedgerKind>(kind: K, row: LedgerRows[K]): LedgerRows[K] | undefined => {
    const name = textOfLedgerKey(kind, ledgerKeyOf(kind, row));
    const text = writeLedgerRow(kind, row);
    const existing = read(kind, name);
    if (existing === undefined) rowsOf(kind).set(name, text);
    return existing;
  };
  return {
    insert: async (kind, rows) => rows.map((row) => insert(kind, row)),
    get: async (kind, key) => get(kind, key),
    getMany: async (kind, keys) => keys.map((key) => get(kind, key)),
    leaves: async (start, end) =>
      Array.from({ length: Math.max(0, end - start) }, (_, at) => start + at).flatMap(
        (index) => get('leaf', { index }) ?? [],
      ),
    checkpointUpTo: async (size) => all('checkpoint').findLast((checkpoint) => checkpoint.size <= size),
    cosignatures: async (size) => all('cosignature').filter((each) => each.size === size),
    keys: async () => ({ keys: all('key'), ends: all('key-end') }),
  };
}
