// How the stores of the ledger name its rows.
import {
  LEDGER_ROWS,
  type LedgerKeys,
  type LedgerKind,
  type LedgerRows,
} from '../../application/ports/ledger-rows.ts';
import { canonicalText } from '../../domain/attestation/bytes/canonical-json.ts';
import { IntegrityError } from '../../domain/errors.ts';

const KEY_FIELDS: { readonly [K in LedgerKind]: readonly (keyof LedgerKeys[K] & string)[] } = {
  leaf: ['index'],
  sealed: ['attestationId'],
  reservation: ['size'],
  tile: ['level', 'index'],
  edge: ['size'],
  checkpoint: ['size'],
  cosignature: ['size', 'witness'],
  key: ['use', 'keyId'],
  'key-end': ['use', 'keyId'],
};

/** The key a row is looked up by. */
export function ledgerKeyOf<K extends LedgerKind>(kind: K, row: LedgerRows[K]): LedgerKeys[K] {
  const fields = row as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries(KEY_FIELDS[kind].map((name) => [name, fields[name]])) as unknown as LedgerKeys[K];
}

/** A number as 16 digits, so that text order is number order up to 2^53. */
export function paddedNumber(value: number): string {
  return String(value).padStart(16, '0');
}

/** The key as one text, distinct for distinct keys of a kind, and in the order of its numbers. */
export function textOfLedgerKey<K extends LedgerKind>(kind: K, key: LedgerKeys[K]): string {
  const fields = key as unknown as Readonly<Record<string, string | number>>;
  return KEY_FIELDS[kind]
    .map((name) => {
      const value = fields[name];
      return typeof value === 'number' ? paddedNumber(value) : String(value);
    })
    .join('#');
}

/** A row as stored. The same row always gives the same text. @throws ZodError for what is no row of that kind */
export function writeLedgerRow<K extends LedgerKind>(kind: K, row: LedgerRows[K]): string {
  return canonicalText(LEDGER_ROWS[kind].parse(row));
}

/** A stored row. @throws IntegrityError `CORRUPT_RECORD` when it is no row of that kind or has another key */
export function readLedgerRow<K extends LedgerKind>(kind: K, keyText: string, text: string): LedgerRows[K] {
  let cause: unknown;
  try {
    const parsed = LEDGER_ROWS[kind].safeParse(JSON.parse(text));
    const isIt = parsed.success && textOfLedgerKey(kind, ledgerKeyOf(kind, parsed.data)) === keyText;
    if (isIt) return parsed.data;
    cause = parsed.error;
  } catch (failure) {
    cause = failure;
  }
  throw new IntegrityError({
    code: 'CORRUPT_RECORD',
    message: `The ledger's ${kind} row ${keyText} cannot be read.`,
    cause,
  });
}
