// Three columns per identity, each summing to the population: what was answered, what was done, how well it is known.
import * as z from 'zod';
import type { Campaign } from '../campaign/campaign.ts';
import type { PopulationEntry } from '../campaign/population.ts';
import { IdentityId } from '../identity/identity-id.ts';
import type { Removal, RemovalState } from '../removal/removal.ts';
import { VerificationLevel } from '../removal/verification-level.ts';
import type { ReviewItem } from '../review/review-item.ts';
import { FinalAnswer, finalAnswerOf } from './final-answer.ts';

/** Final answer about an identity. */
export const Answer = z.enum([...FinalAnswer.options, 'not-due', 'excluded']);
export type Answer = z.infer<typeof Answer>;

/** What was done about it. */
export const Action = z.enum([
  'none',
  'planned',
  'held',
  'executed',
  'failed',
  'cancelled',
  'restored',
  'manual-open',
  'vanished',
]);
export type Action = z.infer<typeof Action>;

/** How well an executed action is known to hold; `not-applicable` when nothing was executed. */
export const Verification = z.enum([...VerificationLevel.options, 'not-applicable']);
export type Verification = z.infer<typeof Verification>;

/** One identity's line. */
export const ReconciliationRow = z.strictObject({
  identityId: IdentityId,
  included: z.boolean(),
  answer: Answer,
  /** Why it was excluded or not due; otherwise who was asked and how they were found. */
  detail: z.string(),
  action: Action,
  verification: Verification,
  /** Number of removals behind the action: more than one when credentials went one by one. */
  removals: z.int().nonnegative(),
  /** Nobody owns it: its answer was a fallback's, or nobody's. */
  unowned: z.boolean(),
  /** Nobody answerable was told. */
  undelivered: z.boolean(),
  /** Answered after it was due; silence is never on time, but is counted as silence. */
  late: z.boolean(),
});
export type ReconciliationRow = z.infer<typeof ReconciliationRow>;

/** Sums of the three columns, every value present. */
export interface ReconciliationSums {
  readonly answers: Record<Answer, number>;
  readonly actions: Record<Action, number>;
  readonly verification: Record<Verification, number>;
}

/**
 * The line of one identity. `item` is undefined for what is not included, or when opening never wrote it (then it is
 * `open`: nothing is hidden). The campaign's due time tells what is late.
 */
export function reconcile(
  entry: PopulationEntry,
  item: ReviewItem | undefined,
  removals: readonly Removal[],
  campaign?: Pick<Campaign, 'dueAt'>,
): ReconciliationRow {
  const { identityId, included, reason } = entry;
  const counted = {
    action: actionOf(removals),
    verification: verificationOf(removals),
    removals: removals.length,
  };
  if (!included) {
    const answer = entry.code === 'not-due' ? 'not-due' : 'excluded';
    const flags = { unowned: false, undelivered: false, late: false };
    return { identityId, included, answer, detail: `${entry.code}: ${reason}`, ...counted, ...flags };
  }
  return {
    identityId,
    included,
    answer: item ? finalAnswerOf(item) : 'open',
    detail: item ? `reviewer ${item.reviewerId}, found by ${item.routedBy}` : 'no review item was written',
    ...counted,
    unowned: item === undefined || item.routedBy === 'fallback',
    undelivered: removals.some(({ holds }) => holds.some(({ code }) => code === 'nobody-told')),
    late: isLate(item, campaign),
  };
}

/** Sums of each column. */
export function sumsOf(rows: Iterable<ReconciliationRow>): ReconciliationSums {
  const sums: ReconciliationSums = {
    answers: zeros(Answer.options),
    actions: zeros(Action.options),
    verification: zeros(Verification.options),
  };
  for (const { answer, action, verification } of rows) {
    sums.answers[answer] += 1;
    sums.actions[action] += 1;
    sums.verification[verification] += 1;
  }
  return sums;
}

/** Everything that does not add up, in sentences; empty when it reconciles with the population considered. */
export function assertReconciles(rows: readonly ReconciliationRow[], considered: number): string[] {
  const violations: string[] = [];
  if (rows.length !== considered) {
    violations.push(`${rows.length} identities are reconciled, but ${considered} were considered`);
  }
  const twice = rows.length - new Set(rows.map(({ identityId }) => identityId)).size;
  if (twice > 0) violations.push(`${twice} identities are reconciled more than once`);
  for (const [column, sums] of Object.entries(sumsOf(rows))) {
    const total = Object.values<number>(sums).reduce((a, b) => a + b, 0);
    if (total !== considered) violations.push(`${column} add up to ${total}, not to ${considered}`);
  }
  return [...violations, ...rows.flatMap(contradictionsIn)];
}

function contradictionsIn({
  identityId,
  included,
  answer,
  action,
  verification,
}: ReconciliationRow): string[] {
  const found: string[] = [];
  const out = answer === 'not-due' || answer === 'excluded';
  if (included === out)
    found.push(`${identityId} is ${included ? '' : 'not '}included but its answer is ${answer}`);
  if (wasExecuted(action) === (verification === 'not-applicable')) {
    found.push(`${identityId} is ${action} but its verification is ${verification}`);
  }
  return found;
}

/** What needs attention stands before what is done with; several credentials give one action. */
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

const ACTION_OF_STATE: Readonly<Record<RemovalState, Action>> = {
  planned: 'planned',
  held: 'held',
  'brown-out': 'planned',
  executing: 'planned',
  'manual-open': 'manual-open',
  executed: 'executed',
  quarantined: 'executed',
  deleted: 'executed',
  restored: 'restored',
  cancelled: 'cancelled',
  failed: 'failed',
  vanished: 'vanished',
};

function actionOf(removals: readonly Removal[]): Action {
  const actions = new Set(removals.map(({ state }) => ACTION_OF_STATE[state]));
  return ACTION_ORDER.find((action) => actions.has(action)) ?? 'none';
}

function wasExecuted(action: Action): boolean {
  return action === 'executed' || action === 'restored';
}

/** The weakest level among what was executed counts. */
function verificationOf(removals: readonly Removal[]): Verification {
  if (!wasExecuted(actionOf(removals))) return 'not-applicable';
  const levels = removals
    .filter(({ state }) => wasExecuted(ACTION_OF_STATE[state]))
    .map(({ verification }): Verification => verification?.level ?? 'unchecked');
  const order = Verification.options;
  return levels.reduce((a, b) => (order.indexOf(b) < order.indexOf(a) ? b : a), 'not-applicable');
}

function isLate(item: ReviewItem | undefined, campaign: Pick<Campaign, 'dueAt'> | undefined): boolean {
  const dueAt = item?.dueAt ?? campaign?.dueAt;
  return dueAt !== undefined && item?.decision !== undefined && item.decision.at > dueAt;
}

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}
