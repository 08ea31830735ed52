// Places in the ledger that are remembered: its head, and how far whoever follows it has come.
import { hexText } from '../../domain/attestation/bytes/text-bytes.ts';
import { EMPTY_ROOT } from '../../domain/attestation/log/merkle-hash.ts';
import { ConflictError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { LedgerPointer, LedgerPointerRecord } from '../ports/ledger-records.ts';
import { create, type ReviewStore, update } from '../ports/review-store.ts';

/** The tree of `size` leaves. */
export interface Place {
  readonly size: number;
  /** Lowercase hexadecimal. */
  readonly root: string;
  readonly sealedAt: Instant | undefined;
}

/** A place as read, with what is needed to move on from it. */
export interface ReadPlace extends Place {
  readonly record: LedgerPointerRecord | undefined;
}

const START: ReadPlace = { size: 0, root: hexText(EMPTY_ROOT), sealedAt: undefined, record: undefined };

/** Where a pointer is, strongly consistent; the empty log when it was never moved. */
export async function readPlace(store: ReviewStore, pointer: LedgerPointer): Promise<ReadPlace> {
  const record = await store.get('ledger-pointer', { pointer });
  return record ? { size: record.size, root: record.root, sealedAt: record.sealedAt, record } : START;
}

/** Moves a pointer if it still is where it was read. False when somebody else moved it first. */
export async function movePlace(
  store: ReviewStore,
  pointer: LedgerPointer,
  from: ReadPlace,
  to: Place & { readonly sealedAt: Instant },
  movedAt: Instant,
): Promise<boolean> {
  const { size, root, sealedAt } = to;
  const moved = { size, root, sealedAt, movedAt };
  try {
    await store.commit([
      from.record
        ? update('ledger-pointer', from.record, moved)
        : create('ledger-pointer', { schemaVersion: 1, version: 1, pointer, ...moved }),
    ]);
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}
