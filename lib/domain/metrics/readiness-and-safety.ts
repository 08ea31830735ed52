// Two questions, kept apart: can it be proven (audit readiness), and is it safe right now (access safety)?
import type { VerificationLevel } from '../removal/verification-level.ts';
import { HOUR_MS, type Instant, millisOf } from '../time.ts';
import { percentile, type Ratio, ratioOf } from './ratio.ts';
import type { Answer } from './reconciliation.ts';
import { type AnswerRow, type RubberStampIndex, rubberStampIndex } from './rubber-stamp.ts';

/** One identity in scope, with what the metrics look at. */
export interface SubjectRow {
  readonly answer: Exclude<Answer, 'excluded'>;
  readonly answeredAt?: Instant | undefined;
  readonly dueAt: Instant;
  readonly owned: boolean;
  /** Every fact about it that has to be attested is in the ledger. */
  readonly evidenceComplete: boolean;
  /** Vouched for or excepted now. */
  readonly attested: boolean;
  /** It can be used today: nothing switched it off. */
  readonly enabled: boolean;
  readonly admin: boolean;
  /** `unknown` is not unused: it counts on neither side. */
  readonly use: 'in-use' | 'dormant' | 'unknown';
  /** Its access changed because of its review: switched off, reduced, rotated, retired. */
  readonly accessChanged: boolean;
  /** Active static credentials whose age is known, and those not rotated in time. */
  readonly credentials: { readonly ageKnown: number; readonly unrotated: number };
}

/** One exception ever granted. */
export interface ExceptionRow {
  readonly until?: Instant | undefined;
  readonly ended: boolean;
}

/** One removal ever planned and not cancelled. */
export interface RemovalRow {
  readonly decidedAt: Instant;
  readonly executed: boolean;
  readonly level?: VerificationLevel | undefined;
  /** When it was first confirmed, refused or proven. */
  readonly verifiedAt?: Instant | undefined;
  readonly drifted: boolean;
}

/** Both sides; every share with its numerator and denominator. */
export interface ReadinessAndSafety {
  readonly auditReadiness: {
    /** Answered, or not due citing a valid attestation, of everything in scope. */
    readonly coverage: Ratio;
    readonly owned: Ratio;
    /** Answered by the due time, of everything that was due. Silence is never on time. */
    readonly onTime: Ratio;
    readonly evidenceComplete: Ratio;
    readonly exceptionsWithExpiry: Ratio;
  };
  readonly accessSafety: {
    /** Of everything answered. Has no target: a review that changes nothing can be right. */
    readonly accessChanged: Ratio;
    readonly standingAdmin: Ratio;
    /** Dormant and usable, of those whose use is known. */
    readonly stale: Ratio;
    readonly unrotatedCredentials: Ratio;
    /** From decision to verified removal, in hours; open ones count at their present age. */
    readonly hoursToVerifiedRemoval: {
      readonly p50: number | undefined;
      readonly p95: number | undefined;
      readonly removals: number;
      readonly stillOpen: number;
    };
    readonly unverifiedRemovals: Ratio;
    readonly drift: Ratio;
    readonly exceptionsPastExpiry: Ratio;
    readonly rubberStamp: RubberStampIndex;
    /** Usable although nobody vouches for it: auditable, but not enforced. */
    readonly residualExposure: Ratio;
  };
}

/** Works both sides out as of `now`. */
export function measureReadinessAndSafety(input: {
  readonly subjects: readonly SubjectRow[];
  readonly exceptions: readonly ExceptionRow[];
  readonly removals: readonly RemovalRow[];
  readonly answers: readonly AnswerRow[];
  readonly now: Instant;
}): ReadinessAndSafety {
  const { subjects, exceptions, removals, answers, now } = input;
  const due = subjects.filter(({ answer }) => answer !== 'not-due');
  const answered = due.filter(isAnswered);
  const executed = removals.filter((removal) => removal.executed);
  const inForce = exceptions.filter(({ ended }) => !ended);
  return {
    auditReadiness: {
      coverage: ratioOf(subjects, (row) => row.answer === 'not-due' || isAnswered(row)),
      owned: ratioOf(subjects, ({ owned }) => owned),
      onTime: ratioOf(
        due,
        (row) => isAnswered(row) && row.answeredAt !== undefined && row.answeredAt <= row.dueAt,
      ),
      evidenceComplete: ratioOf(subjects, (row) => row.evidenceComplete),
      exceptionsWithExpiry: ratioOf(inForce, ({ until }) => until !== undefined),
    },
    accessSafety: {
      accessChanged: ratioOf(answered, (row) => row.accessChanged),
      standingAdmin: ratioOf(subjects, ({ admin, enabled }) => admin && enabled),
      stale: ratioOf(
        subjects.filter(({ use }) => use !== 'unknown'),
        ({ use, enabled }) => use === 'dormant' && enabled,
      ),
      unrotatedCredentials: {
        numerator: total(subjects, ({ credentials }) => credentials.unrotated),
        denominator: total(subjects, ({ credentials }) => credentials.ageKnown),
      },
      hoursToVerifiedRemoval: removalTimes(removals, now),
      unverifiedRemovals: ratioOf(
        executed,
        ({ level = 'unchecked' }) => level === 'unchecked' || level === 'failed',
      ),
      drift: ratioOf(executed, ({ drifted }) => drifted),
      exceptionsPastExpiry: ratioOf(inForce, ({ until }) => until !== undefined && until <= now),
      rubberStamp: rubberStampIndex(answers),
      residualExposure: ratioOf(subjects, ({ attested, enabled }) => enabled && !attested),
    },
  };
}

function isAnswered({ answer }: SubjectRow): boolean {
  return answer !== 'open' && answer !== 'no-response' && answer !== 'not-due';
}

function removalTimes(
  removals: readonly RemovalRow[],
  now: Instant,
): ReadinessAndSafety['accessSafety']['hoursToVerifiedRemoval'] {
  const hours = removals.map(({ decidedAt, verifiedAt }) => {
    return (millisOf(verifiedAt ?? now) - millisOf(decidedAt)) / HOUR_MS;
  });
  const stillOpen = removals.filter(({ verifiedAt }) => verifiedAt === undefined).length;
  return { p50: percentile(hours, 50), p95: percentile(hours, 95), removals: removals.length, stillOpen };
}

function total<T>(rows: readonly T[], count: (row: T) => number): number {
  return rows.reduce((sum, row) => sum + count(row), 0);
}
