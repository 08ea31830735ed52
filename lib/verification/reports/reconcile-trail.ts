// The reconciliation of a campaign that is still running, from attestations alone; and whether attestations carry one that closed.
import type { PopulationEntry } from '../../domain/campaign/population.ts';
import type { Action, ReconciliationRow, Verification } from '../../domain/metrics/reconciliation.ts';
import { VerificationLevel } from '../../domain/removal/verification-level.ts';
import type { Instant } from '../../domain/time.ts';
import { type CaseTrail, effectiveAnswer, type RemovalTrail } from '../facts/case-file.ts';
import type { SnapshotFacts } from '../facts/snapshot-facts.ts';

const ACTION_ORDER: readonly Action[] = [
  'failed',
  'held',
  'manual-open',
  'planned',
  'executed',
  'restored',
  'vanished',
  'cancelled',
];

const ACTION_OF_STEP: Readonly<Record<RemovalTrail['step'], Action>> = {
  planned: 'planned',
  held: 'held',
  executed: 'executed',
  'manual-task-opened': 'manual-open',
  'manual-task-confirmed': 'executed',
  failed: 'failed',
  cancelled: 'cancelled',
  vanished: 'vanished',
  quarantined: 'executed',
  deleted: 'executed',
  restored: 'restored',
};

/** What was done, as attested. */
export function attestedAction(trail: CaseTrail | undefined): Action {
  const actions = new Set([...(trail?.removals.values() ?? [])].map(({ step }) => ACTION_OF_STEP[step]));
  return ACTION_ORDER.find((action) => actions.has(action)) ?? 'none';
}

/** How well it is known, as attested: the weakest level among what was carried out. */
export function attestedLevel(trail: CaseTrail | undefined): Verification {
  const action = attestedAction(trail);
  if (action !== 'executed' && action !== 'restored') return 'not-applicable';
  const levels = new Set(
    [...(trail?.removals.values() ?? [])]
      .filter(({ step }) => ['executed', 'restored'].includes(ACTION_OF_STEP[step]))
      .map(({ level }) => level ?? 'unchecked'),
  );
  return VerificationLevel.options.find((level) => levels.has(level)) ?? 'unchecked';
}

/** The line of one identity as the attestations have it so far. */
export function interimRow(
  entry: PopulationEntry,
  trail: CaseTrail | undefined,
  seen: SnapshotFacts | undefined,
  dueAt: Instant | undefined,
): ReconciliationRow {
  const { identityId, included } = entry;
  const counted = {
    action: attestedAction(trail),
    verification: attestedLevel(trail),
    removals: trail?.removals.size ?? 0,
  };
  if (!entry.included) {
    const answer = entry.code === 'not-due' ? 'not-due' : 'excluded';
    const flags = { unowned: false, undelivered: false, late: false };
    return { identityId, included, answer, detail: `${entry.code}: ${entry.reason}`, ...counted, ...flags };
  }
  return {
    identityId,
    included,
    answer: effectiveAnswer(trail),
    detail: 'not closed yet: from the attestations so far',
    ...counted,
    unowned: seen?.routedBy === 'fallback' && trail?.claimed !== true,
    undelivered: false,
    late: dueAt !== undefined && trail?.answer !== undefined && trail.answer.at > dueAt,
  };
}

/** What in a closed campaign's row no attestation carries, in sentences; empty when all of it is carried. */
export function unbacked(row: ReconciliationRow, trail: CaseTrail | undefined): string[] {
  if (!row.included) return [];
  const found: string[] = [];
  const attested = effectiveAnswer(trail);
  const silent = row.answer === 'open' || row.answer === 'no-response';
  const backed = silent
    ? attested === row.answer || trail?.reopened === true || (attested === 'open' && row.answer === 'open')
    : attested === row.answer;
  if (!backed || (row.answer === 'no-response' && !trail?.attested.has('no-response'))) {
    found.push(`${row.identityId} is reconciled as ${row.answer}, but attested as ${attested}.`);
  }
  const then = trail && asItClosed(trail);
  const [action, level] = [attestedAction(then), attestedLevel(then)];
  if (row.action !== action) {
    found.push(`${row.identityId}: its removal is reconciled as ${row.action}, but attested as ${action}.`);
  } else if (row.verification !== level) {
    found.push(
      `${row.identityId}: its removal is reconciled as ${row.verification}, but attested as ${level}.`,
    );
  }
  return found;
}

/** What was found and done after its campaign had closed is no part of what closed. */
function asItClosed(trail: CaseTrail): CaseTrail {
  const removals = [...trail.removals].map(([id, removal]): [string, RemovalTrail] => [
    id,
    { ...removal, ...removal.atClose },
  ]);
  return { ...trail, removals: new Map(removals) };
}
