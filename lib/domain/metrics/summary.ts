// The numbers of everything so far, and the equations that must hold between them.
import type { PopulationEntry } from '../campaign/population.ts';
import type { Removal, RemovalState } from '../removal/removal.ts';
import { VerificationLevel } from '../removal/verification-level.ts';
import type { ReviewItem } from '../review/review-item.ts';
import { FinalAnswer, finalAnswerOf } from './final-answer.ts';

/** Counts over all campaigns. Promises and second thoughts are events; only the final decision is an outcome. */
export interface Summary {
  /** Non-human identities and excluded roles; people are not counted. */
  readonly identities: number;
  readonly population: { readonly considered: number; readonly included: number; readonly excluded: number };
  readonly items: number;
  /** Items by final decision; they add up to `items`. */
  readonly outcomes: Readonly<Record<FinalAnswer, number>>;
  /** What happened on the way; outside the sum. */
  readonly events: { readonly reassign: number; readonly 'not-mine': number };
  readonly removals: RemovalCounts;
}

/** planned = executed + held + failed + cancelled; executed = the sum over verification levels. */
export interface RemovalCounts {
  readonly planned: number;
  /** Switched off at some time, restored ones included. */
  readonly executed: number;
  /** Not switched off yet: on hold, waiting for their time, executing, or with a person as a task. */
  readonly held: number;
  readonly failed: number;
  /** Not to be switched off any more, those that were gone already included. */
  readonly cancelled: number;
  /** Among the executed. */
  readonly restored: number;
  readonly verification: Readonly<Record<VerificationLevel, number>>;
}

type RemovalBucket = 'executed' | 'held' | 'failed' | 'cancelled';

const BUCKET_OF_STATE: Readonly<Record<RemovalState, RemovalBucket>> = {
  planned: 'held',
  held: 'held',
  'brown-out': 'held',
  executing: 'held',
  'manual-open': 'held',
  executed: 'executed',
  quarantined: 'executed',
  deleted: 'executed',
  restored: 'executed',
  cancelled: 'cancelled',
  vanished: 'cancelled',
  failed: 'failed',
};

/** Counts records. Each identity, item and removal must appear once. */
export function summarise(input: {
  /** Every identity considered, of the campaigns counted. */
  readonly population: Iterable<Pick<PopulationEntry, 'included' | 'kind'>>;
  readonly items: Iterable<ReviewItem>;
  readonly events: Summary['events'];
  readonly removals: Iterable<Removal>;
}): Summary {
  const population = { considered: 0, included: 0, excluded: 0 };
  let people = 0;
  for (const { included, kind } of input.population) {
    population.considered += 1;
    population[included ? 'included' : 'excluded'] += 1;
    if (kind === 'person') people += 1;
  }
  const outcomes = Object.fromEntries(FinalAnswer.options.map((answer) => [answer, 0])) as Record<
    FinalAnswer,
    number
  >;
  let items = 0;
  for (const item of input.items) {
    items += 1;
    outcomes[finalAnswerOf(item)] += 1;
  }
  return {
    identities: population.considered - people,
    population,
    items,
    outcomes,
    events: input.events,
    removals: countRemovals(input.removals),
  };
}

/** Counts removals by what became of them. */
export function countRemovals(removals: Iterable<Removal>): RemovalCounts {
  const counts = { planned: 0, executed: 0, held: 0, failed: 0, cancelled: 0, restored: 0 };
  const verification = Object.fromEntries(VerificationLevel.options.map((level) => [level, 0])) as Record<
    VerificationLevel,
    number
  >;
  for (const removal of removals) {
    const bucket = BUCKET_OF_STATE[removal.state];
    counts.planned += 1;
    counts[bucket] += 1;
    if (removal.state === 'restored') counts.restored += 1;
    if (bucket === 'executed') verification[removal.verification?.level ?? 'unchecked'] += 1;
  }
  return { ...counts, verification };
}

/** Every equation that does not hold, in sentences; empty when all do. */
export function checkEquations(summary: Summary): string[] {
  const { population, items, outcomes, removals, identities } = summary;
  const equation = (name: string, left: number, right: number) =>
    left === right ? [] : [`${name}: ${left} is not ${right}`];
  return [
    ...equation(
      'considered = included + excluded',
      population.considered,
      population.included + population.excluded,
    ),
    ...equation('items = sum of outcomes', items, sum(outcomes)),
    ...equation(
      'planned = executed + held + failed + cancelled',
      removals.planned,
      removals.executed + removals.held + removals.failed + removals.cancelled,
    ),
    ...equation('executed = sum of verification levels', removals.executed, sum(removals.verification)),
    ...(removals.restored > removals.executed
      ? [`restored is among executed: ${removals.restored} is more than ${removals.executed}`]
      : []),
    ...(identities > population.considered
      ? [`identities are considered: ${identities} is more than ${population.considered}`]
      : []),
  ];
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
