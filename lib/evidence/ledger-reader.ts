// The ledger as an export reads it: one view of one head, whatever is appended meanwhile.
import { type KeyRange } from '../application/ledger/key-ranges.ts';
import { type LedgerView, noteOf, openLedger } from '../application/ledger/read-ledger.ts';
import type { LeafRow } from '../application/ports/ledger-rows.ts';
import type { LedgerStore } from '../application/ports/ledger-store.ts';
import type { ReviewStore } from '../application/ports/review-store.ts';
import { HOUR_MS, millisOf } from '../domain/time.ts';

/** What an export needs of a ledger. */
export interface LedgerReader {
  readonly head: { readonly size: number; readonly root: string };
  /** The head's signed note with every cosignature. */
  note(): Promise<string | undefined>;
  /** Leaves in order from `start` up to, not including, `end`. */
  leaves(start?: number, end?: number): AsyncIterable<LeafRow>;
  proveInclusion(index: number): Promise<Uint8Array[]>;
  proveConsistency(size1: number, size2: number): Promise<Uint8Array[]>;
  /** Cosigned notes on the way to the head, about one an hour, oldest first, without the head's. */
  checkpoints(): AsyncIterable<{ readonly size: number; readonly note: string }>;
  keyRanges(): Promise<readonly KeyRange[]>;
}

/** Reads the ledger of a running installation. */
export async function readLedger(deps: {
  readonly store: ReviewStore;
  readonly ledger: LedgerStore;
}): Promise<LedgerReader> {
  const view = await openLedger(deps);
  return {
    head: view.head,
    note: () => view.note(),
    leaves: (start, end) => view.leaves(start, end),
    proveInclusion: (index) => view.proveInclusion(index),
    proveConsistency: (size1, size2) => view.proveConsistency(size1, size2),
    checkpoints: () => hourlyCheckpoints(deps.ledger, view),
    keyRanges: () => view.keyRanges(),
  };
}

/** Follows the reservations from the first entry to the head. */
async function* hourlyCheckpoints(
  ledger: LedgerStore,
  { head }: LedgerView,
): AsyncGenerator<{ readonly size: number; readonly note: string }> {
  let lastMs = Number.NEGATIVE_INFINITY;
  for (let size = 0; size < head.size; ) {
    const pass = await ledger.get('reservation', { size });
    if (pass === undefined || pass.newSize >= head.size) return;
    size = pass.newSize;
    if (millisOf(pass.sealedAt) - lastMs < HOUR_MS) continue;
    if ((await ledger.cosignatures(size)).length === 0) continue;
    const note = await noteOf(ledger, size);
    if (note === undefined) continue;
    lastMs = millisOf(pass.sealedAt);
    yield { size, note };
  }
}
