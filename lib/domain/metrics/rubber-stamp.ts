// Approvals without looking. Several signs together make a person worth talking to; how fast they decide never does alone.

import type { FinalVerdict } from '../review/decision.ts';
import type { Recommendation } from '../review/snapshot.ts';
import { type Ratio, ratioOf, shareOf } from './ratio.ts';

/** One answer as this index looks at it. */
export interface AnswerRow {
  readonly personId: string;
  readonly verdict: FinalVerdict;
  readonly recommendation: Recommendation['advice'];
  /** Decided together with others in one act. */
  readonly bulk: boolean;
  /** Seconds between being shown the evidence and answering, where that is known. */
  readonly decisionSeconds?: number | undefined;
}

/** A person's signs, each with its numbers. */
export interface RubberStampSigns {
  readonly personId: string;
  readonly answers: number;
  /** Answers within seconds, of those whose time is known. */
  readonly hasty: Ratio;
  readonly bulk: Ratio;
  /** Keeps where a switch-off was recommended, of all answers where it was. */
  readonly againstRecommendation: Ratio;
  /** The answer given most often, of all answers, where the advice was not the same for all of them. */
  readonly allSame: Ratio;
  readonly flagged: boolean;
}

/** The index: people with several signs, of all who gave enough answers to tell. */
export interface RubberStampIndex extends Ratio {
  readonly people: readonly RubberStampSigns[];
}

/** Answers faster than this cannot have been read. */
const HASTY_SECONDS = 5;
/** Fewer answers say nothing about a person. */
export const ENOUGH_ANSWERS = 5;
/** A sign shows when more than half of what it looks at has it. */
const SIGN_SHARE = 0.5;
/** All answers alike, nearly, although the advice was not. */
const SAME_SHARE = 0.95;
const SIGNS_TO_FLAG = 2;

/** Works the index out, people in order of their ids. */
export function rubberStampIndex(answers: readonly AnswerRow[]): RubberStampIndex {
  const byPerson = Map.groupBy(answers, ({ personId }) => personId);
  const people = [...byPerson]
    .filter(([, given]) => given.length >= ENOUGH_ANSWERS)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([personId, given]) => signsOf(personId, given));
  return { ...ratioOf(people, ({ flagged }) => flagged), people };
}

/** The signs of one person's answers, however few they are. */
export function signsOf(personId: string, answers: readonly AnswerRow[]): RubberStampSigns {
  const times = answers.flatMap(({ decisionSeconds }) => decisionSeconds ?? []);
  const advised = answers.filter(({ recommendation }) => recommendation === 'switch-off');
  const hasty = ratioOf(times, (seconds) => seconds < HASTY_SECONDS);
  const bulk = ratioOf(answers, (answer) => answer.bulk);
  const againstRecommendation = ratioOf(advised, ({ verdict }) => verdict === 'certify');
  const allSame = sameness(answers);
  const signs = { personId, answers: answers.length, hasty, bulk, againstRecommendation, allSame };
  return { ...signs, flagged: shownBy(signs).length >= SIGNS_TO_FLAG };
}

/** The signs that show, by name. Haste alone is never enough to flag anybody: it takes two. */
export function shownBy(
  signs: Omit<RubberStampSigns, 'flagged'>,
): readonly ('hasty' | 'bulk' | 'againstRecommendation' | 'allSame')[] {
  const { hasty, bulk, againstRecommendation, allSame } = signs;
  const shares = { hasty, bulk, againstRecommendation };
  const names = (['hasty', 'bulk', 'againstRecommendation'] as const).filter(
    (name) => (shareOf(shares[name]) ?? 0) > SIGN_SHARE,
  );
  return (shareOf(allSame) ?? 0) >= SAME_SHARE ? [...names, 'allSame'] : names;
}

function sameness(answers: readonly AnswerRow[]): Ratio {
  const advice = new Set(answers.map(({ recommendation }) => recommendation));
  if (advice.size < 2) return { numerator: 0, denominator: 0 };
  const counts = [...Map.groupBy(answers, ({ verdict }) => verdict).values()].map(({ length }) => length);
  return { numerator: Math.max(...counts), denominator: answers.length };
}
