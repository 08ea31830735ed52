// Where every row of the `ledger` table lives. A pass of 1,000 leaves is spread over 16 partitions, and nothing that
// grows with the log stays in one.
//
//   LEAF#<index ÷ 64>          <index>                one attestation
//   SEALED#<attestation>       -                      where a fact is
//   RES#<size ÷ 4096>          <size>                 reservation
//   TILE#<level>#<index ÷ 256> <level>#<index>        full tile
//   EDGE#<size ÷ 4096>         <size>                 edge
//   CP#<size ÷ 4096>           <size>                 checkpoint
//   COSIG#<size ÷ 4096>        <size>#<witness>       cosignature
//   KEYS                       KEY#… · END#…          a few rows
import type { LedgerKeys, LedgerKind } from '../../application/ports/ledger-rows.ts';
import { textOfLedgerKey } from '../records/ledger-row-keys.ts';
import type { Address } from './addresses.ts';

/** Leaves in one partition: about 200 kB at 3 kB each. */
export const LEAVES_PER_PARTITION = 64;
/** Width of a partition of rows that exist once a pass, in sizes. */
export const SIZES_PER_PARTITION = 4096;

type PartitionOf<K extends LedgerKind> = (key: LedgerKeys[K]) => string;

const group = (value: number, width: number): number => Math.floor(value / width);

const PARTITIONS: { readonly [K in LedgerKind]: PartitionOf<K> } = {
  leaf: ({ index }) => `LEAF#${group(index, LEAVES_PER_PARTITION)}`,
  sealed: ({ attestationId }) => `SEALED#${attestationId}`,
  reservation: ({ size }) => `RES#${group(size, SIZES_PER_PARTITION)}`,
  tile: ({ level, index }) => `TILE#${level}#${group(index, 256)}`,
  edge: ({ size }) => `EDGE#${group(size, SIZES_PER_PARTITION)}`,
  checkpoint: ({ size }) => `CP#${group(size, SIZES_PER_PARTITION)}`,
  cosignature: ({ size }) => `COSIG#${group(size, SIZES_PER_PARTITION)}`,
  key: () => 'KEYS',
  'key-end': () => 'KEYS',
};

const PREFIXES: { readonly [K in LedgerKind]?: string } = { key: 'KEY#', 'key-end': 'END#' };

/** Where the row of that key lives. */
export function ledgerAddressOf<K extends LedgerKind>(kind: K, key: LedgerKeys[K]): Address {
  const sk = kind === 'sealed' ? '-' : `${PREFIXES[kind] ?? ''}${textOfLedgerKey(kind, key)}`;
  return { pk: PARTITIONS[kind](key), sk };
}

/** The text of a key, from its address. */
export function ledgerKeyTextAt(kind: LedgerKind, { pk, sk }: Address): string {
  return kind === 'sealed' ? pk.slice('SEALED#'.length) : sk.slice((PREFIXES[kind] ?? '').length);
}
