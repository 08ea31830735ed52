import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../lib/application/plain-json.ts';
import { DEFAULT_LADDER, Definition, ladderOf, modeFor } from '../../../lib/domain/campaign/definition.ts';
import { definition } from '../identity/samples.ts';

const modes = [
  { connector: 'aws-iam', mode: 'armed' },
  { connector: 'aws-iam', tier: 'critical', mode: 'shadow' },
] as const;

describe('a definition', () => {
  it('has careful defaults: shadow, disable on silence, 30 days of quarantine', () => {
    const { enforcement, noResponse, ladder, validityDays } = definition();

    expect(enforcement).toMatchObject({
      defaultMode: 'shadow',
      quarantineDays: 30,
      deleteAfterQuarantine: false,
    });
    expect(noResponse).toBe('disable');
    expect(ladder).toEqual(DEFAULT_LADDER);
    expect(validityDays).toEqual({ critical: 30, high: 90, medium: 180, low: 365 });
  });

  it('keeps the bytes of one that names no ladder: its digest is what it was, what is climbed is better', () => {
    const { ladder } = definition();
    expect(digestOf(definition())).toBe('a0b90238d96e71709314a0a292539a406849746302b4237b7b380384547df0a4');
    expect(ladderOf({ ladder: JSON.parse(JSON.stringify(ladder)) }).at(-1)).toMatchObject({
      rungId: 'last-call',
      from: 'grace-end',
      days: -1,
    });
    const own = [{ ...DEFAULT_LADDER[5]!, days: 3 }];
    expect(ladderOf({ ladder: own })).toBe(own);
  });

  it('refuses keys it does not know', () => {
    expect(Definition.safeParse({ ...definition(), typo: 1 }).success).toBe(false);
  });

  it('the most specific mode wins, and shadow when none says otherwise', () => {
    const armed = definition({ enforcement: { modes: [...modes] } });

    expect(modeFor(armed, 'aws-iam', 'low')).toBe('armed');
    expect(modeFor(armed, 'aws-iam', 'critical')).toBe('shadow');
    expect(modeFor(armed, 'github', 'low')).toBe('shadow');
  });
});
