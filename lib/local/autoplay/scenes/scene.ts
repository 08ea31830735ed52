// A scene: something that happens in the quarter, who it is cast with, and what must have come of it.
import type { CastingPool } from '../casting-pool.ts';
import type { QuarterRecord } from '../quarter-record.ts';
import type { Stage } from '../stage.ts';

/** What must be true at the end, in a sentence, and what was found. */
export interface Expectation {
  readonly sceneId: string;
  readonly sentence: string;
  readonly passed: boolean;
  readonly found: string;
}

/** A scene that is being played. */
export interface PlayedScene {
  /** Called in every round of visits: what happens without anybody being asked. */
  readonly happen?: ((stage: Stage) => Promise<void>) | undefined;
  /** What must be true at the end. */
  readonly expect: (record: QuarterRecord, stage: Stage) => readonly Expectation[];
}

/** A scene of the repertoire. Casting gives people their answers; a sentence instead says why it cannot be played. */
export interface Scene {
  readonly sceneId: string;
  readonly title: string;
  readonly cast: (stage: Stage, pool: CastingPool) => PlayedScene | { readonly notPlayed: string };
}

/** An expectation of one scene. */
export function expectation(sceneId: string) {
  return (sentence: string, passed: boolean, found: string): Expectation => ({
    sceneId,
    sentence,
    passed,
    found,
  });
}
