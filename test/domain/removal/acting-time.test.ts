import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localTime } from '../../../lib/domain/chase/zone.ts';
import { mayActFrom } from '../../../lib/domain/removal/acting-time.ts';
import { type Instant, instantOf } from '../../../lib/domain/time.ts';

const at = (text: string) => text as Instant;
const OFFICE = { timeZone: 'Europe/Zurich', weekdays: [1, 2, 3, 4, 5], startMinute: 540, endMinute: 1020 };

describe('when a target may be touched', () => {
  it('is now, where nothing says otherwise', () => {
    expect(mayActFrom({ freezes: [] }, at('2026-11-22T03:00:00.000Z'))).toBe('2026-11-22T03:00:00.000Z');
  });

  it('is in its business hours only, in its own zone', () => {
    const times = { freezes: [], businessHours: OFFICE };

    expect(mayActFrom(times, at('2026-11-23T07:59:00.000Z'))).toBe('2026-11-23T08:00:00.000Z');
    expect(mayActFrom(times, at('2026-11-23T10:00:00.000Z'))).toBe('2026-11-23T10:00:00.000Z');
    expect(mayActFrom(times, at('2026-11-27T16:00:00.000Z'))).toBe('2026-11-30T08:00:00.000Z');
  });

  it('keeps to its hours when the clocks change', () => {
    const times = { freezes: [], businessHours: { ...OFFICE, weekdays: [1, 2, 3, 4, 5, 6, 7] } };

    expect(mayActFrom(times, at('2026-03-28T20:00:00.000Z'))).toBe('2026-03-29T07:00:00.000Z');
    expect(mayActFrom(times, at('2026-10-24T20:00:00.000Z'))).toBe('2026-10-25T08:00:00.000Z');
  });

  it('is not on a day that is frozen every week or month, nor on a holiday', () => {
    const times = {
      freezes: [],
      recurringFreezes: [
        { weekdays: [5], reason: 'nobody is there at the weekend' },
        { monthDays: [30], reason: 'books are closed' },
      ],
      businessHours: { ...OFFICE, holidays: ['2026-12-01'] },
    };

    expect(mayActFrom(times, at('2026-11-27T10:00:00.000Z'))).toBe('2026-12-02T08:00:00.000Z');
  });

  it('is never while a freeze lasts, however freezes and hours follow on each other', () => {
    const instant = fc
      .integer({ min: 1_760_000_000, max: 1_780_000_000 })
      .map((seconds) => instantOf(seconds * 1000));
    const freeze = fc.tuple(instant, fc.integer({ min: 1, max: 20 * 86_400 })).map(([from, seconds]) => ({
      from,
      until: instantOf(Date.parse(from) + seconds * 1000),
      reason: 'release',
    }));
    fc.assert(
      fc.property(fc.array(freeze, { maxLength: 8 }), instant, fc.boolean(), (freezes, now, hasHours) => {
        const times = { freezes, ...(hasHours ? { businessHours: OFFICE } : {}) };
        const from = mayActFrom(times, now);
        const { weekday, minuteOfDay } = localTime(from, OFFICE.timeZone);

        expect(from >= now).toBe(true);
        expect(freezes.some((one) => one.from <= from && from < one.until)).toBe(false);
        expect(mayActFrom(times, from)).toBe(from);
        if (hasHours) {
          expect(weekday).toBeLessThan(6);
          expect(minuteOfDay).toBeGreaterThanOrEqual(540);
          expect(minuteOfDay).toBeLessThan(1020);
        }
      }),
    );
  });
});
