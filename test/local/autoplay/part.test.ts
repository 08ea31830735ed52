import { describe, expect, it } from 'vitest';
import type { Instant } from '../../../lib/domain/time.ts';
import { dateIn, type Part, partForRound } from '../../../lib/local/autoplay/part.ts';

const last: Part = { sceneId: 's', verdict: 'certify', reason: 'second' };
const first: Part = { sceneId: 's', verdict: 'rotate', reason: 'first', askedAgain: last };

describe('a part', () => {
  it('goes on when the question is asked again, and ends when it has nothing more to say', () => {
    expect([0, 1, 2].map((round) => partForRound(first, round)?.reason)).toEqual([
      'first',
      'second',
      undefined,
    ]);
    expect(partForRound(undefined, 0)).toBeUndefined();
  });

  it('fills forms in with calendar dates', () => {
    expect(dateIn('2026-12-30T22:00:00.000Z' as Instant, 3)).toBe('2027-01-02');
  });
});
