import { describe, expect, test } from 'vitest';
import { rungsFor, spreadMinutes } from '../../../lib/domain/chase/ladder.ts';
import { MINUTE_MS, millisOf } from '../../../lib/domain/time.ts';
import { campaign, definition, docket, person } from '../identity/samples.ts';

const counts = (dockets: number) => ({ considered: dockets, included: dockets, excluded: 0, dockets });

describe('recipients of one rung', () => {
  test.each([
    [15, 20],
    [4000, 20],
    [10_000, 50],
    [50_000, 210],
  ])(
    '%i of them are spread over %i minutes: as many as can be written to, and never beyond a morning',
    (dockets, minutes) => {
      expect(spreadMinutes({ counts: counts(dockets) })).toBe(minutes);
    },
  );

  test('of a large campaign fill the whole of that time, in working hours, the same person at the same time', () => {
    const large = campaign({ counts: counts(50_000) });
    const first = (n: number) => {
      const input = {
        definition: definition(),
        campaign: large,
        docket: docket({ reviewerId: `p${n}` }),
        person: person('ana'),
      };
      const [rung] = rungsFor(input);
      expect(rungsFor(input)[0]).toEqual(rung);
      return millisOf(rung!.dueAt);
    };
    const times = Array.from({ length: 2000 }, (_, n) => first(n));
    const from = Math.min(...times);
    const perTenMinutes = new Map<number, number>();
    for (const at of times) {
      const slot = Math.floor((at - from) / (10 * MINUTE_MS));
      perTenMinutes.set(slot, (perTenMinutes.get(slot) ?? 0) + 1);
    }
    expect(perTenMinutes.size).toBe(21);
    // 95 in each on average.
    for (const count of perTenMinutes.values()) expect(count).toBeLessThan(160);
  });
});
