import { describe, expect, it } from 'vitest';
import { DEFAULT_LADDER, type DefinitionInput } from '../../../lib/domain/campaign/definition.ts';
import { ladderProblems } from '../../../lib/domain/chase/ladder-problems.ts';
import { definition } from '../identity/samples.ts';

const lastCall = { ...DEFAULT_LADDER[5]!, audience: ['reviewer' as const] };
const of = (rung: Partial<typeof lastCall> | undefined, more: Partial<DefinitionInput> = {}) =>
  ladderProblems(
    definition({
      ladder: [DEFAULT_LADDER[0]!, ...(rung ? [{ ...lastCall, ...rung }] : [])] as never,
      timeline: { reviewDays: 14, graceDays: 3, closeAfterDays: 14 },
      ...more,
    }),
  );
const NO_WARNING = [expect.stringContaining('the reviewer needs a rung with warning: true')];

describe('a ladder', () => {
  it('is sound by default, whatever the grace', () => {
    for (const graceDays of [0, 1, 5, 30]) {
      expect(ladderProblems(definition({ timeline: { graceDays } }))).toEqual([]);
    }
  });

  it('without a warning is refused where silence switches off, and fine where it is only reported', () => {
    expect(of(undefined)).toEqual(NO_WARNING);
    expect(of({ warning: false })).toEqual(NO_WARNING);
    expect(of({ audience: ['manager' as never] })).toEqual(NO_WARNING);
    expect(of(undefined, { noResponse: 'accept-recommendation' })).toEqual(NO_WARNING);
    expect(of(undefined, { noResponse: 'report-only' })).toEqual([]);
  });

  it('needs a warning that can come: after opening, before grace ends, once', () => {
    for (const possible of [
      { from: 'grace-end', days: -1 },
      { from: 'grace-end', days: 0 },
      { from: 'due', days: -14 },
      { from: 'due', days: 20 },
      { from: 'opening', days: 16 },
    ] as const) {
      expect(of(possible as never), JSON.stringify(possible)).toEqual([]);
    }
    for (const impossible of [
      { from: 'grace-end', days: -18 },
      { from: 'due', days: -15 },
      { from: 'opening', days: 17 },
      { from: 'opening', days: -1 },
      { from: 'due', days: 1, dailyUntilDays: 3 },
    ] as const) {
      expect(of(impossible as never), JSON.stringify(impossible)).toEqual(NO_WARNING);
    }
  });

  it('needs a warning for every tier', () => {
    const missing = [expect.stringContaining('so the reviewer of medium, low identities needs a rung')];
    expect(of({ tiers: ['critical', 'high'] } as never)).toEqual(missing);
    const both = (tiers: readonly string[]) =>
      ladderProblems(
        definition({
          ladder: [
            { ...lastCall, tiers: ['critical', 'high'] },
            { ...lastCall, rungId: 'later-call', days: 3, tiers: [...tiers] },
          ] as never,
        }),
      );
    expect(both(['medium', 'low'])).toEqual([]);
    expect(both(['low'])).toEqual([expect.stringContaining('the reviewer of medium identities')]);
  });

  it('says which rung cannot hang on the end of grace', () => {
    expect(of({ from: 'grace-end', days: 2 } as never)).toContainEqual(
      'ladder[1].days: 2 days after the end of grace nobody is asked any more.',
    );
    expect(of({ from: 'grace-end', days: -2, dailyUntilDays: 1 } as never)).toContainEqual(
      'ladder[1].dailyUntilDays: daily rungs count from the due date.',
    );
  });
});
