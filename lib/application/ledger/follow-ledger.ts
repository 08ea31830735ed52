// Following the ledger: whatever is to be done once for each of its heads, taken up again where it was left.
import { IntegrityError } from '../../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { LedgerPointer } from '../ports/ledger-records.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ReviewStore } from '../ports/review-store.ts';
import { movePlace, type Place, type ReadPlace, readPlace } from './pointers.ts';

/** What every follower needs. */
export interface FollowDeps {
  readonly store: ReviewStore;
  readonly ledger: LedgerStore;
  readonly clock: Clock;
}

/** A place that has been sealed. */
export type SealedPlace = Place & { readonly sealedAt: NonNullable<Place['sealedAt']> };

/**
 * Does the work from where the follower is to the head. The work must be safe to repeat: it is, after a crash. It
 * answers how far it came, or undefined to stop for now.
 * @throws IntegrityError `FORK` when the head is not past where the follower has been: the ledger went back
 */
export async function followLedger(
  { store, clock }: Pick<FollowDeps, 'store' | 'clock'>,
  pointer: Exclude<LedgerPointer, 'sealed'>,
  work: (from: ReadPlace, head: SealedPlace) => Promise<SealedPlace | undefined>,
): Promise<void> {
  for (;;) {
    // The follower's place is read first: the head can only be further by the time it is read.
    const from = await readPlace(store, pointer);
    const head = await readPlace(store, 'sealed');
    refuseReturn(pointer, from, head);
    const { size, root, sealedAt } = head;
    if (from.size === size || sealedAt === undefined) return;
    const reached = await work(from, { size, root, sealedAt });
    if (reached === undefined) return;
    await movePlace(store, pointer, from, reached, clock.now());
  }
}

function refuseReturn(pointer: LedgerPointer, from: Place, head: Place): void {
  if (from.size < head.size || (from.size === head.size && from.root === head.root)) return;
  throw new IntegrityError({
    code: 'FORK',
    message: `The ledger's head is ${head.size} (${head.root}), but it was ${pointer} up to ${from.size} (${from.root}) before.`,
  });
}

/** The place one pass further on: where the reservation made at `from` led. */
export async function nextPlace(ledger: LedgerStore, from: Place): Promise<SealedPlace> {
  const reservation = await ledger.get('reservation', { size: from.size });
  if (reservation === undefined) {
    const message = `The ledger lacks its reservation at ${from.size}.`;
    throw new IntegrityError({ code: 'CORRUPT_RECORD', message });
  }
  const { newSize: size, newRoot: root, sealedAt } = reservation;
  return { size, root, sealedAt };
}
