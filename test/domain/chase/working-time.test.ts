import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addBusinessDays,
  businessDaysBetween,
  isWorkingDay,
  lastWorkingStart,
  localDay,
  localTime,
  nextWorkingMoment,
  workingHoursOn,
} from '../../../lib/domain/chase/working-time.ts';
import { endOfDay, instantAt, plusCalendarDays } from '../../../lib/domain/chase/zone.ts';
import { InvalidInputError } from '../../../lib/domain/errors.ts';
import { DAY_MS, instantOf, millisOf, plusMs } from '../../../lib/domain/time.ts';
import { at, NOW, person } from '../identity/samples.ts';

const ZONES = [
  'UTC',
  'Pacific/Pago_Pago',
  'America/Los_Angeles',
  'America/St_Johns',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
];
const zones = fc.constantFrom(...ZONES);
const instants = fc
  .integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2031, 0, 1) })
  .map((epochMs) => instantOf(epochMs));

describe('local time', () => {
  it('knows day, weekday and time of day in a zone', () => {
    expect(localTime(at('2026-09-07T23:30'), 'Asia/Tokyo')).toEqual({
      day: '2026-09-08',
      weekday: 2,
      minuteOfDay: 510,
      msOfDay: 30_600_000,
    });
    expect(localDay(at('2026-09-07T03:00'), 'America/Los_Angeles')).toBe('2026-09-06');
    expect(localTime(at('2026-09-06T12:00'), 'UTC').weekday).toBe(7);
  });

  it('a zone nobody knows is refused', () => {
    expect(() => localDay(NOW, 'Mars/Olympus')).toThrow(InvalidInputError);
  });

  it('a time shown twice is the first, one never shown is after the gap', () => {
    expect(instantAt('2026-10-25', 2.5 * 3_600_000, 'Europe/Berlin')).toBe(at('2026-10-25T00:30'));
    expect(instantAt('2026-03-29', 2.5 * 3_600_000, 'Europe/Berlin')).toBe(at('2026-03-29T01:30'));
  });

  it('the wall clock read back is the wall clock asked for, in every zone', () => {
    fc.assert(
      fc.property(instants, zones, (moment, zone) => {
        const { day, msOfDay } = localTime(moment, zone);
        const back = instantAt(day, msOfDay, zone);

        expect(localTime(back, zone)).toEqual(localTime(moment, zone));
        expect(Math.abs(millisOf(back) - millisOf(moment))).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });

  it('remembers no more than it must, and is right about the distant past', () => {
    const quarters = Array.from({ length: 20_100 }, (_, n) => plusMs(NOW, n * 900_000));

    expect(new Set(quarters.map((moment) => localTime(moment, 'Asia/Kathmandu').minuteOfDay % 15)).size).toBe(
      1,
    );
    expect(localTime(at('1971-06-01T12:00'), 'Africa/Monrovia').msOfDay).toBe(40_530_000);
  });

  it('a day ends a millisecond before the next begins, whatever clocks do', () => {
    fc.assert(
      fc.property(instants, zones, (moment, zone) => {
        const day = localDay(moment, zone);
        const end = endOfDay(day, zone);

        expect(localDay(end, zone)).toBe(day);
        expect(localDay(plusMs(end, 1), zone)).toBe(plusCalendarDays(day, 1));
        expect(end >= moment).toBe(true);
      }),
    );
  });
});

describe('working hours', () => {
  const ana = person('ana', { timeZone: 'Europe/Berlin', holidays: ['2026-09-09'] });

  it('a message within working hours goes out at once', () => {
    expect(nextWorkingMoment(NOW, ana)).toBe(NOW);
  });

  it('before work it waits for the morning, after work for the next, over weekends and days off', () => {
    expect(nextWorkingMoment(at('2026-09-07T04:00'), ana)).toBe(at('2026-09-07T07:00'));
    expect(nextWorkingMoment(at('2026-09-07T15:00'), ana)).toBe(at('2026-09-08T07:00'));
    expect(nextWorkingMoment(at('2026-09-11T20:00'), ana)).toBe(at('2026-09-14T07:00'));
    expect(nextWorkingMoment(at('2026-09-08T20:00'), ana)).toBe(at('2026-09-10T07:00'));
  });

  it('follows the weekdays of the person', () => {
    const sunday = { startMinute: 480, endMinute: 960, weekdays: [7, 1, 2, 3, 4] };
    const tal = person('tal', { timeZone: 'Asia/Jerusalem', workingHours: sunday });

    expect(nextWorkingMoment(at('2026-09-11T06:00'), tal)).toBe(at('2026-09-13T05:00'));
    expect(isWorkingDay('2026-09-13', tal)).toBe(true);
    expect(isWorkingDay('2026-09-11', tal)).toBe(false);
  });

  it('hours that end before they begin last to midnight', () => {
    const night = person('nia', { workingHours: { startMinute: 1200, endMinute: 240, weekdays: [1] } });

    expect(workingHoursOn('2026-09-07', night)).toEqual({
      from: at('2026-09-07T20:00'),
      until: at('2026-09-08T00:00'),
    });
  });

  it('somebody who is away for months is told anyway', () => {
    const away = Array.from({ length: 100 }, (_, n) => plusCalendarDays('2026-08-01', n));
    const absent = person('abe', { holidays: away });

    expect(nextWorkingMoment(NOW, absent)).toBe(NOW);
    expect(lastWorkingStart(at('2026-10-30T10:00'), absent)).toBeUndefined();
  });

  it('the last working morning lies at or before the moment', () => {
    expect(lastWorkingStart(at('2026-09-13T10:00'), ana)).toBe(at('2026-09-11T07:00'));
    expect(lastWorkingStart(at('2026-09-07T06:59'), ana)).toBe(at('2026-09-04T07:00'));
    expect(lastWorkingStart(at('2026-09-07T07:00'), ana)).toBe(at('2026-09-07T07:00'));
  });

  it('the next working moment is never earlier and always a working moment', () => {
    fc.assert(
      fc.property(instants, zones, (moment, timeZone) => {
        const who = person('ana', { timeZone });
        const next = nextWorkingMoment(moment, who);
        const { weekday, minuteOfDay } = localTime(next, timeZone);

        expect(next >= moment).toBe(true);
        expect(nextWorkingMoment(next, who)).toBe(next);
        expect(weekday).toBeLessThanOrEqual(5);
        expect(minuteOfDay >= 540 && minuteOfDay < 1020).toBe(true);
      }),
    );
  });
});

describe('business days', () => {
  it('five business days from a Monday morning end on the next Monday morning', () => {
    expect(addBusinessDays(NOW, 5, 'UTC')).toBe(at('2026-09-14T10:00'));
    expect(addBusinessDays(NOW, 0, 'UTC')).toBe(NOW);
  });

  it('time on a day off does not count', () => {
    expect(addBusinessDays(at('2026-09-05T10:00'), 5, 'UTC')).toBe(at('2026-09-14T00:00'));
    expect(addBusinessDays(at('2026-09-07T10:00'), 2, 'UTC', ['2026-09-08'])).toBe(at('2026-09-10T10:00'));
    expect(addBusinessDays(at('2026-09-05T10:00'), 0, 'UTC')).toBe(at('2026-09-07T00:00'));
  });

  it('keeps the time of day when clocks change', () => {
    expect(addBusinessDays(at('2026-10-23T08:00'), 1, 'Europe/Berlin')).toBe(at('2026-10-26T09:00'));
  });

  it('counting back gives what was added', () => {
    fc.assert(
      fc.property(instants, zones, fc.nat(15), (moment, zone, n) => {
        const then = addBusinessDays(moment, n, zone);

        expect(businessDaysBetween(moment, then, zone)).toBe(n);
        expect(businessDaysBetween(moment, plusMs(then, -1), zone)).toBe(Math.max(0, n - 1));
        expect(millisOf(then) - millisOf(moment)).toBeGreaterThanOrEqual(n * DAY_MS - 3_600_000);
      }),
    );
  });

  it('there are none before the beginning', () => {
    expect(businessDaysBetween(NOW, at('2026-09-01T00:00'), 'UTC')).toBe(0);
  });
});
