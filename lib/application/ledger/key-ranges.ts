// Which key may have signed what. A range begins and ends with facts in the log itself, so it cannot be moved later.
import { base64Bytes, concatBytes, hexBytes } from '../../domain/attestation/bytes/text-bytes.ts';
import type { KeyEndRow, KeyRow, KeyUse } from '../ports/ledger-rows.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';

/**
 * A key and the range it may sign in: indexes for attestation keys, tree sizes for log keys. `until` is the first it
 * may not; `from` is undefined while the fact that introduces the key is not sealed yet.
 */
export interface KeyRange {
  readonly use: KeyUse;
  readonly keyId: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly from: number | undefined;
  readonly until: number | undefined;
}

/** The keys as stored, and where the facts are that begin and end their ranges. */
export interface KeyBook {
  readonly keys: readonly KeyRow[];
  readonly ends: readonly KeyEndRow[];
  /** Index in the log by attestation id. */
  readonly sealed: ReadonlyMap<string, number>;
}

/** Reads the keys of a ledger. */
export async function readKeyBook(ledger: LedgerStore): Promise<KeyBook> {
  const { keys, ends } = await ledger.keys();
  const facts = [
    ...keys.flatMap(({ introducedBy }) => introducedBy ?? []),
    ...ends.map(({ retiredBy }) => retiredBy),
  ];
  const rows = await ledger.getMany(
    'sealed',
    facts.map((attestationId) => ({ attestationId })),
  );
  const sealed = new Map(rows.flatMap((row) => (row ? [[row.attestationId, row.index] as const] : [])));
  return { keys, ends, sealed };
}

/** Attestation ids that begin or end a range. */
export function turningPoints({ keys, ends }: KeyBook): ReadonlySet<string> {
  return new Set([
    ...keys.flatMap(({ introducedBy }) => introducedBy ?? []),
    ...ends.map((end) => end.retiredBy),
  ]);
}

/**
 * The range of every key.
 * @param sealed where facts are, when more are known than the book has; leave out those the reader does not trust yet
 */
export function keyRanges(book: KeyBook, sealed: ReadonlyMap<string, number> = book.sealed): KeyRange[] {
  return book.keys.map(({ use, keyId, publicKey, introducedBy }) => {
    const end = book.ends.find((each) => each.use === use && each.keyId === keyId);
    const introduced = introducedBy === undefined ? -1 : sealed.get(introducedBy);
    const retired = end && sealed.get(end.retiredBy);
    return {
      use,
      keyId,
      publicKey: base64Bytes(publicKey),
      from: introduced === undefined ? undefined : introduced + 1,
      // The fact that retires an attestation key is signed by its successor. The checkpoint that first covers the fact
      // that retires a log key is signed by its successor too; that checkpoint's size is the fact's index plus one.
      until: retired === undefined ? undefined : use === 'log' ? retired + 1 : retired,
    };
  });
}

/** Whether the key may sign at this index, or a checkpoint of this size. */
export function mayHaveSigned({ from, until }: KeyRange, place: number): boolean {
  return from !== undefined && from <= place && (until === undefined || place < until);
}

const ED25519_SPKI_PREFIX = hexBytes('302a300506032b6570032100');

/** SubjectPublicKeyInfo DER of a raw Ed25519 key (RFC 8410 §4). */
export function ed25519Spki(publicKey32: Uint8Array): Uint8Array {
  return concatBytes([ED25519_SPKI_PREFIX, publicKey32]);
}
