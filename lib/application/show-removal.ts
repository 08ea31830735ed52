// One removal with everything that is known of it.
import { accepts } from '../domain/lifecycle.ts';
import { REMOVAL_LIFECYCLE, type Removal } from '../domain/removal/removal.ts';
import type { Instant } from '../domain/time.ts';
import { readSwitches } from './enforcement/back-to-shadow.ts';
import type { Environment } from './environment.ts';
import { findRemoval } from './list-removals.ts';
import { digestOf } from './plain-json.ts';

/** Something that happened to a removal. */
export interface RemovalMoment {
  readonly at: Instant;
  readonly what: string;
}

/** One removal, explained. */
export interface RemovalShown {
  readonly asOf: Instant;
  readonly removal: Removal;
  /** SHA-256 (hex) of the state stored before anything was touched: what a restoration puts back. */
  readonly preImageDigest?: string | undefined;
  readonly restorable: boolean;
  /** Why it does not act now, whatever its own state says. */
  readonly heldBack?: string | undefined;
  /** What happened, oldest first. Every step is attested besides: `countersign history`. */
  readonly moments: readonly RemovalMoment[];
}

/** Makes the use case. @throws RefusedError NOT_FOUND */
export function showRemoval(environment: Pick<Environment, 'store' | 'clock'>) {
  return async (removalId: string, campaignId?: string): Promise<RemovalShown> => {
    const removal = await findRemoval(environment, removalId, campaignId);
    const { stopped, disarmed } = await readSwitches(environment, removal);
    const { preImage, state } = removal;
    const isWaiting = state === 'planned' || state === 'held';
    const heldBack = stopped
      ? 'everything is stopped (countersign switch)'
      : disarmed && `${removal.connector} was sent back to shadow: ${disarmed.reason}`;
    return {
      asOf: environment.clock.now(),
      removal,
      ...(preImage ? { preImageDigest: digestOf(preImage) } : {}),
      restorable: preImage !== undefined && accepts(REMOVAL_LIFECYCLE, state, 'restore'),
      ...(isWaiting && heldBack !== undefined ? { heldBack } : {}),
      moments: momentsOf(removal),
    };
  };
}

/** What the record says happened, oldest first. */
export function momentsOf(removal: Removal): RemovalMoment[] {
  return [...beforeActing(removal), ...inShadow(removal), ...sinceActing(removal)]
    .flatMap(([at, what]) => (at === undefined ? [] : [{ at, what }]))
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

type Moments = readonly (readonly [at: Instant | undefined, what: string])[];

function beforeActing({ plannedAt, cause, executeAfter, warnedAt, holds, approvals }: Removal): Moments {
  return [
    [plannedAt, `planned because of ${cause}, to act from ${executeAfter}`],
    [warnedAt, 'somebody answerable was warned'],
    ...holds.flatMap((hold) => [
      [hold.heldAt, `held until ${hold.holdUntil}, with ${hold.ownerId}: ${hold.cause}`] as const,
      [hold.releasedAt, `let go on by ${hold.releasedBy ?? 'itself'}`] as const,
    ]),
    ...approvals.map(({ at, personId, what }) => [at, `${personId} let it run over ${what}`] as const),
  ];
}

function inShadow({ shadow }: Removal): Moments {
  if (!shadow) return [];
  const { wouldAt, verdict, cause, laterUsedAt, laterUsedBy = 'an unknown caller' } = shadow;
  return [
    [wouldAt, `shadow: ${verdict}${cause === undefined ? '' : `: ${cause}`}`],
    [laterUsedAt, `used after shadow would have switched it off, by ${laterUsedBy}`],
  ];
}

function sinceActing(removal: Removal): Moments {
  const { preImage, executedAt, verification, wrong, restoring } = removal;
  return [
    ...(removal.brownOuts ?? []).flatMap(({ offAt, onAt, minutes, outcome = 'still off', caller }) => [
      [offAt, `off for ${minutes} minutes, as a test`] as const,
      [onAt, `on again: ${outcome}${caller === undefined ? '' : `, ${caller}`}`] as const,
    ]),
    [preImage?.takenAt, 'the state before was read and stored'],
    [executedAt, 'switched off'],
    ...(verification
      ? [[verification.at, `looked at (check ${verification.checks}): ${verification.level}`] as const]
      : []),
    [removal.driftedAt, 'found switched on again by somebody else'],
    [removal.driftEndedAt, 'found off again'],
    ...(restoring ? [[restoring.at, `being brought back for ${restoring.who.personId}`] as const] : []),
    [removal.restoredAt, `brought back by ${removal.restoredBy ?? 'nobody known'}`],
    ...(wrong ? [[wrong.at, `called wrong by ${wrong.by}: ${wrong.why}`] as const] : []),
  ];
}
