// The ledger on DynamoDB. Layout: ledger-addresses.ts. Rows are inserted and read; nothing here can change one.
import type {
  CheckpointRow,
  LeafRow,
  LedgerKeys,
  LedgerKind,
  LedgerRows,
} from '../../application/ports/ledger-rows.ts';
import type { LedgerStore } from '../../application/ports/ledger-store.ts';
import { IntegrityError } from '../../domain/errors.ts';
import { ledgerKeyOf, paddedNumber, readLedgerRow, writeLedgerRow } from '../records/ledger-row-keys.ts';
import { clocklessAccess, type OpenTable } from './ledger-access.ts';
import {
  LEAVES_PER_PARTITION,
  ledgerAddressOf,
  ledgerKeyTextAt,
  SIZES_PER_PARTITION,
} from './ledger-addresses.ts';
import { insertLedgerRows } from './ledger-insert.ts';
import { addressIn, keyAttributes, type Row } from './row-codec.ts';
import { getRow, getRows, queryRows, type TableAccess, textOfAddress } from './table-access.ts';

/**
 * Opens the ledger in a table made from `ledgerTableDefinition`. Every method throws UpstreamError (provider
 * `dynamodb`) when the service fails.
 */
export function createLedgerStore(options: OpenTable): LedgerStore {
  const access = clocklessAccess(options);
  return {
    insert: (kind, rows) => insert(access, kind, rows),
    get: async (kind, key) => {
      const row = await getRow(access, ledgerAddressOf(kind, key));
      return row && rowIn(kind, row);
    },
    getMany: (kind, keys) => getMany(access, kind, keys),
    leaves: (start, end) => leaves(access, start, end),
    checkpointUpTo: (size) => checkpointUpTo(access, size),
    cosignatures: async (size) => {
      const { pk } = ledgerAddressOf('cosignature', { size, witness: '' });
      const rows = await queryRows(access, { pk, prefix: `${paddedNumber(size)}#` });
      return rows.map((row) => rowIn('cosignature', row));
    },
    keys: async () => {
      const rows = await queryRows(access, { pk: 'KEYS' });
      const of = (prefix: string) => rows.filter((row) => addressIn(row).sk.startsWith(prefix));
      return {
        keys: of('KEY#').map((row) => rowIn('key', row)),
        ends: of('END#').map((row) => rowIn('key-end', row)),
      };
    },
  };
}

function rowIn<K extends LedgerKind>(kind: K, row: Row): LedgerRows[K] {
  const address = addressIn(row);
  const text = row['r']?.S;
  if (text === undefined) {
    const message = `The ledger's row at (${address.pk}, ${address.sk}) is empty.`;
    throw new IntegrityError({ code: 'CORRUPT_RECORD', message });
  }
  return readLedgerRow(kind, ledgerKeyTextAt(kind, address), text);
}

async function getMany<K extends LedgerKind>(
  access: TableAccess,
  kind: K,
  keys: readonly LedgerKeys[K][],
): Promise<(LedgerRows[K] | undefined)[]> {
  const addresses = keys.map((key) => ledgerAddressOf(kind, key));
  const rows = await getRows(access, addresses);
  return addresses.map((address) => {
    const row = rows.get(textOfAddress(address));
    return row && rowIn(kind, row);
  });
}

async function insert<K extends LedgerKind>(
  access: TableAccess,
  kind: K,
  rows: readonly LedgerRows[K][],
): Promise<(LedgerRows[K] | undefined)[]> {
  const keys = rows.map((row) => ledgerKeyOf(kind, row));
  const taken = await insertLedgerRows(
    access,
    rows.map((row, at) => ({
      ...keyAttributes(ledgerAddressOf(kind, keys[at] as LedgerKeys[K])),
      r: { S: writeLedgerRow(kind, row) },
    })),
  );
  const existing = await getMany(
    access,
    kind,
    taken.map((at) => keys[at] as LedgerKeys[K]),
  );
  const result: (LedgerRows[K] | undefined)[] = rows.map(() => undefined);
  taken.forEach((at, position) => {
    result[at] = existing[position];
  });
  return result;
}

async function leaves(access: TableAccess, start: number, end: number): Promise<LeafRow[]> {
  const first = Math.floor(start / LEAVES_PER_PARTITION);
  const count = Math.max(0, Math.ceil(end / LEAVES_PER_PARTITION) - first);
  const partitions = await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const { pk } = ledgerAddressOf('leaf', { index: (first + at) * LEAVES_PER_PARTITION });
      const after = at === 0 && start > 0 ? paddedNumber(start - 1) : undefined;
      return queryRows(access, { pk, after });
    }),
  );
  return partitions
    .flat()
    .map((row) => rowIn('leaf', row))
    .filter(({ index }) => index >= start && index < end);
}

/** Neighbouring checkpoints are at most 1,000 apart, so it is in the partition of `size` or in the one before. */
async function checkpointUpTo(access: TableAccess, size: number): Promise<CheckpointRow | undefined> {
  for (const at of [size, size - SIZES_PER_PARTITION]) {
    if (at < 0) return undefined;
    const { pk } = ledgerAddressOf('checkpoint', { size: at });
    const [row] = await queryRows(access, { pk, upTo: paddedNumber(size), descending: true }, 1);
    if (row !== undefined) return rowIn('checkpoint', row);
  }
  return undefined;
}
