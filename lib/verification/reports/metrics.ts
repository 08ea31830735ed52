// Audit readiness and access safety, worked out from attestations, snapshots and populations alone.
import type { PopulationEntry } from '../../domain/campaign/population.ts';
import {
  measureReadinessAndSafety,
  type ReadinessAndSafety,
  type RemovalRow,
  type SubjectRow,
} from '../../domain/metrics/readiness-and-safety.ts';
import type { Instant } from '../../domain/time.ts';
import {
  type CampaignTrail,
  type CaseTrail,
  dueAtOf,
  effectiveAnswer,
  type RemovalTrail,
} from '../facts/case-file.ts';
import type { SnapshotFacts } from '../facts/snapshot-facts.ts';
import type { Joined } from './tables.ts';

/** `metrics.json`: every share with its numerator and denominator. */
export interface PackMetrics {
  readonly schemaVersion: 1;
  /** Open things count at their age then. */
  readonly asOf: Instant;
  readonly campaigns: readonly ({ readonly campaignId: string } & ReadinessAndSafety)[];
}

/** Gathers one campaign's subjects while its population is read. */
export interface CampaignMeasure {
  add(entry: PopulationEntry): void;
  result(): { readonly campaignId: string } & ReadinessAndSafety;
}

/** Begins measuring one campaign. */
export function measureCampaign(campaign: CampaignTrail, joined: Joined, asOf: Instant): CampaignMeasure {
  const subjects: SubjectRow[] = [];
  const dueAt = dueAtOf(campaign) ?? asOf;
  return {
    add(entry) {
      const notDue = !entry.included && entry.code === 'not-due';
      if (!entry.included && !notDue) return;
      const trail = campaign.cases.get(entry.identityId);
      const seen = entry.included ? joined.snapshots.get(entry.snapshot) : undefined;
      subjects.push(subjectOf({ notDue, trail, seen, dueAt, asOf }));
    },
    result: () => ({
      campaignId: campaign.campaignId,
      ...measureReadinessAndSafety({
        subjects,
        exceptions: [...joined.cases.exceptions.values()]
          .filter(({ campaignId }) => campaignId === campaign.campaignId)
          .map(({ until, ended }) => ({ until, ended })),
        removals: [...campaign.cases.values()].flatMap(removalsOf),
        answers: joined.cases.answers.get(campaign.campaignId) ?? [],
        now: asOf,
      }),
    }),
  };
}

interface Subject {
  readonly notDue: boolean;
  readonly trail: CaseTrail | undefined;
  readonly seen: SnapshotFacts | undefined;
  readonly dueAt: Instant;
  readonly asOf: Instant;
}

function subjectOf({ notDue, trail, seen, dueAt, asOf }: Subject): SubjectRow {
  const answer = notDue ? 'not-due' : effectiveAnswer(trail);
  const given = trail?.answer;
  const removals = [...(trail?.removals.values() ?? [])];
  return {
    answer,
    answeredAt: given?.awaitingSecond === false ? given.at : undefined,
    dueAt,
    owned: isOwned(notDue, trail, seen),
    evidenceComplete: removals.every(
      ({ executedAt, level }) => executedAt === undefined || level !== undefined,
    ),
    attested: notDue || isAttested(trail, answer, asOf),
    enabled: !isOff(trail, seen),
    accessChanged: trail?.promiseKept === true || removals.some(isInForce),
    ...(seen ? shownBy(seen) : NOTHING_SHOWN),
  };
}

const NOTHING_SHOWN = { admin: false, use: 'unknown', credentials: { ageKnown: 0, unrotated: 0 } } as const;

function shownBy({ privileged, use, credentials }: SnapshotFacts) {
  return { admin: privileged === 'yes', use, credentials };
}

/** Somebody other than a fallback was asked, or somebody claimed it. */
function isOwned(notDue: boolean, trail: CaseTrail | undefined, seen: SnapshotFacts | undefined): boolean {
  if (trail?.claimed === true) return true;
  return seen === undefined ? notDue : seen.routedBy !== 'fallback';
}

function isInForce({ executedAt, restoredAt }: RemovalTrail): boolean {
  return executedAt !== undefined && restoredAt === undefined;
}

function isAttested(trail: CaseTrail | undefined, answer: SubjectRow['answer'], asOf: Instant): boolean {
  if (answer === 'certify') return (trail?.answer?.validUntil ?? asOf) > asOf;
  return answer === 'except' && (trail?.exceptedUntil ?? trail?.answer?.validUntil ?? asOf) > asOf;
}

/** Off: removed as a whole, or every credential it could be used with was. */
function isOff(trail: CaseTrail | undefined, seen: SnapshotFacts | undefined): boolean {
  const gone = [...(trail?.removals.values() ?? [])].filter(
    ({ executedAt, restoredAt, drifted }) => executedAt !== undefined && restoredAt === undefined && !drifted,
  );
  if (gone.some(({ credentialId }) => credentialId === undefined)) return true;
  if (seen === undefined || gone.length === 0) return false;
  return seen.active.every((active) => gone.some(({ credentialId }) => credentialId === active));
}

function removalsOf(trail: CaseTrail): RemovalRow[] {
  return [...trail.removals.values()]
    .filter(({ step }) => step !== 'cancelled' && step !== 'vanished')
    .map(({ plannedAt, executedAt, level, verifiedAt, drifted }) => ({
      decidedAt: trail.answer?.at ?? plannedAt,
      executed: executedAt !== undefined,
      level,
      verifiedAt,
      drifted,
    }));
}
