import { describe, expect, it } from 'vitest';
import { DEFAULT_LADDER, Definition, modeFor } from '../../../lib/domain/campaign/definition.ts';
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
