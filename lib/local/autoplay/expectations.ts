// What must be true of any quarter, whatever was played in it.
import type { AttestedFacts } from './attested-facts.ts';
import type { QuarterRecord } from './quarter-record.ts';
import type { QuarterSummary, VerifiedEvidence } from './quarter-summary.ts';
import { type Expectation, expectation } from './scenes/scene.ts';
import type { Stage } from './stage.ts';

const say = expectation('quarter');

/** Checks the quarter as a whole. */
export function expectOfQuarter(quarter: {
  readonly stage: Stage;
  readonly record: QuarterRecord;
  readonly summary: QuarterSummary;
  readonly violations: readonly string[];
  readonly facts: AttestedFacts;
  readonly evidence: VerifiedEvidence | undefined;
}): readonly Expectation[] {
  const { stage, record, summary, violations, facts, evidence } = quarter;
  const open = record.campaigns.filter(({ state }) => !state.startsWith('closed'));
  const dead = stage.stack.functions.deadLetters();
  const unproven = record.removals.filter(
    ({ cause, executedAt, campaignId, ownerId }) =>
      cause === 'no-response' && executedAt !== undefined && !wasTold(record, campaignId, ownerId),
  );
  return [
    say('Every equation holds.', violations.length === 0, violations.join('; ') || 'all of them'),
    say('Every review closed.', open.length === 0, record.campaigns.map(({ state }) => state).join(', ')),
    say('No work was given up.', dead.length === 0, dead.map(({ id }) => id).join(', ') || 'nothing'),
    say(
      'Every decision, silence and removal is attested.',
      (facts.byPredicate['no-response'] ?? 0) >=
        record.items.filter(({ noResponseId }) => noResponseId).length &&
        (facts.byPredicate['removal'] ?? 0) >= record.removals.length,
      `${summary.attestations} attestations`,
    ),
    say(
      'Nobody’s access went for silence before somebody answerable was told.',
      unproven.length === 0,
      `${unproven.length} without a delivered notice`,
    ),
    ...everyAnswer(stage, summary),
    ...(evidence
      ? [
          say(
            'The exported attestations verify.',
            evidence.ok,
            evidence.ok ? `${evidence.checks} checks on ${evidence.path}` : evidence.problems.join('; '),
          ),
        ]
      : []),
  ];
}

/** In the made-up company every kind of answer is given; an account of somebody's own may lack what it takes. */
function everyAnswer({ company }: Stage, { outcomes }: QuarterSummary): readonly Expectation[] {
  if (company.source !== 'made-up') return [];
  const missing = Object.entries(outcomes)
    .filter(([answer, count]) => answer !== 'open' && count === 0)
    .map(([answer]) => answer);
  return [
    say(
      'Every kind of answer was given.',
      missing.length === 0,
      missing.length === 0 ? 'all' : `no ${missing.join(', ')}`,
    ),
  ];
}

function wasTold(record: QuarterRecord, campaignId: string, reviewerId: string): boolean {
  const docket = record.dockets.find((row) => row.campaignId === campaignId && row.reviewerId === reviewerId);
  return docket?.tellings.some(({ outcome }) => outcome === 'delivered') ?? false;
}
