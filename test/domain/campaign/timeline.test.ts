import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timelineOf } from '../../../lib/domain/campaign/timeline.ts';
import { localDay, plusCalendarDays } from '../../../lib/domain/chase/zone.ts';
import { InvalidInputError } from '../../../lib/domain/errors.ts';
import { DAY_MS, HOUR_MS, instantOf, millisOf } from '../../../lib/domain/time.ts';
import { at, definition, NOW } from '../identity/samples.ts';

const ZONES = [
  'UTC',
  'Pacific/Pago_Pago',
  'America/Los_Angeles',
  'Europe/Berlin',
  'Asia/Tokyo',
  'Pacific/Kiritimati',
];

describe('the timeline', () => {
  it('fixes due, end of grace and close at the end of their day', () => {
    expect(timelineOf({ startedAt: NOW, definition: definition(), zones: ['UTC'] })).toEqual({
      dueAt: '2026-09-28T23:59:59.999Z',
      graceEndsAt: '2026-10-03T23:59:59.999Z',
      closeBy: '2026-10-24T23:59:59.999Z',
    });
  });

  it('is UTC when nobody has a zone, and refuses a zone nobody knows', () => {
    const input = { startedAt: NOW, definition: definition() };

    expect(timelineOf({ ...input, zones: [] })).toEqual(timelineOf({ ...input, zones: ['UTC'] }));
    expect(() => timelineOf({ ...input, zones: ['Mars/Olympus'] })).toThrow(InvalidInputError);
  });

  it('the westernmost reviewer has the whole due day', () => {
    const zones = ['Asia/Tokyo', 'America/Los_Angeles', 'Europe/Berlin'];

    expect(timelineOf({ startedAt: NOW, definition: definition(), zones }).dueAt).toBe(
      '2026-09-29T06:59:59.999Z',
    );
  });

  it('without grace the due instant is the end of grace', () => {
    const strict = definition({ timeline: { reviewDays: 1, graceDays: 0, closeAfterDays: 1 } });

    expect(
      timelineOf({ startedAt: at('2026-10-24T12:00'), definition: strict, zones: ['Europe/Berlin'] }),
    ).toEqual({
      dueAt: '2026-10-25T22:59:59.999Z',
      graceEndsAt: '2026-10-25T22:59:59.999Z',
      closeBy: '2026-10-26T22:59:59.999Z',
    });
  });

  it('everybody has at least the review days, and the due day has ended in no zone before it is due', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2031, 0, 1) }),
        fc.uniqueArray(fc.constantFrom(...ZONES), { minLength: 1 }),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 0, max: 30 }),
        (epochMs, zones, reviewDays, graceDays) => {
          const startedAt = instantOf(epochMs);
          const rules = definition({ timeline: { reviewDays, graceDays, closeAfterDays: 10 } });
          const { dueAt, graceEndsAt, closeBy } = timelineOf({ startedAt, definition: rules, zones });

          expect(millisOf(dueAt) - epochMs).toBeGreaterThanOrEqual(reviewDays * DAY_MS - 2 * HOUR_MS);
          expect(dueAt <= graceEndsAt && graceEndsAt < closeBy).toBe(true);
          const firstDay = zones.map((zone) => localDay(startedAt, zone)).toSorted()[0]!;
          const dueDay = plusCalendarDays(firstDay, reviewDays);
          expect(zones.every((zone) => localDay(dueAt, zone) >= dueDay)).toBe(true);
          expect(zones.some((zone) => localDay(dueAt, zone) === dueDay)).toBe(true);
          const reordered = { startedAt, definition: rules, zones: zones.toReversed() };
          expect(timelineOf(reordered).dueAt).toBe(dueAt);
        },
      ),
    );
  });
});
