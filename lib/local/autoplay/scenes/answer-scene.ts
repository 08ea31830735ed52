// Scenes in which one person gives one answer: who it is cast with, what they say, what must come of it.
import type { HabitName } from '../../company/company.ts';
import type { Candidate } from '../casting-pool.ts';
import type { Part } from '../part.ts';
import type { QuarterRecord } from '../quarter-record.ts';
import type { Stage } from '../stage.ts';
import { type Expectation, expectation, type Scene } from './scene.ts';

/** A scene of one answer, as data. */
export interface AnswerScene {
  readonly sceneId: string;
  readonly title: string;
  readonly habits: readonly HabitName[];
  /** Whom the scene can be played with, when the company has no favourite. */
  readonly fits: (candidate: Candidate) => boolean;
  /** What an account lacks in which it cannot be played. */
  readonly lacks: string;
  readonly part: (candidate: Candidate, stage: Stage) => Omit<Part, 'sceneId'> | undefined;
  /** What happens to it meanwhile. */
  readonly happen?: (stage: Stage, candidate: Candidate, memory: Map<string, string>) => Promise<void>;
  readonly expect: (
    found: SceneRecord,
    say: ReturnType<typeof expectation>,
    candidate: Candidate,
    stage: Stage,
  ) => readonly Expectation[];
}

/** What was recorded about one identity in the quarter's review. */
export interface SceneRecord {
  readonly item: QuarterRecord['items'][number] | undefined;
  readonly removals: QuarterRecord['removals'];
  readonly promises: QuarterRecord['promises'];
  readonly exceptions: QuarterRecord['exceptions'];
}

/** Makes the scene. */
export function answerScene(spec: AnswerScene): Scene {
  const { sceneId, title } = spec;
  return {
    sceneId,
    title,
    cast(stage, pool) {
      const candidate = pool.take(sceneId, pool.of(...spec.habits), spec.fits);
      const part = candidate && spec.part(candidate, stage);
      if (!candidate || !part) return { notPlayed: spec.lacks };
      stage.give(candidate.item.identityKey, { ...part, sceneId });
      const memory = new Map<string, string>();
      const { happen } = spec;
      return {
        happen: happen && ((now) => happen(now, candidate, memory)),
        expect: (record, now) =>
          spec.expect(recordOf(record, candidate.item), expectation(sceneId), candidate, now),
      };
    },
  };
}

/** What was recorded about the identity of an item, in the campaign of that item. */
export function recordOf(record: QuarterRecord, { campaignId, identityKey }: Candidate['item']): SceneRecord {
  const own = <T extends { readonly campaignId: string; readonly identityKey: string }>(rows: readonly T[]) =>
    rows.filter((row) => row.campaignId === campaignId && row.identityKey === identityKey);
  return {
    item: own(record.items)[0],
    removals: own(record.removals),
    promises: own(record.promises),
    exceptions: own(record.exceptions),
  };
}

/** States of a removal that has been executed, whatever came after. */
export function wasExecuted({ executedAt }: QuarterRecord['removals'][number]): boolean {
  return executedAt !== undefined;
}

/** A few words on an item's final answer. */
export function answerWords(item: SceneRecord['item']): string {
  if (!item) return 'no item';
  return item.decision
    ? `answered ${item.decision.verdict} by ${item.decision.by}`
    : `${item.state}, no answer`;
}
