import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LADDER, type Rung } from '../../../lib/domain/campaign/definition.ts';
import { timelineOf } from '../../../lib/domain/campaign/timeline.ts';
import {
  type LadderInput,
  nextRung,
  rungsFor,
  type ScheduledRung,
} from '../../../lib/domain/chase/ladder.ts';
import { localTime } from '../../../lib/domain/chase/working-time.ts';
import type { RiskTier } from '../../../lib/domain/identity/risk-tier.ts';
import { instantOf, plusDays } from '../../../lib/domain/time.ts';
import { at, campaign, definition, docket, NOW, person } from '../identity/samples.ts';

/** Due at the end of Monday 28 September, grace to the end of Saturday 3 October 2026. */
const run = campaign({
  ...timelineOf({ startedAt: NOW, definition: definition(), zones: ['UTC'] }),
});
const input = (change: Partial<LadderInput> = {}): LadderInput => ({
  definition: definition(),
  campaign: run,
  docket: docket(),
  person: person('ana'),
  ...change,
});
const served = (...servedRungs: string[]) => docket({ servedRungs });
const daysOf = (rungs: readonly ScheduledRung[]) =>
  rungs.map(({ rungId, dueAt }) => `${rungId} ${dueAt.slice(0, 10)}`);
const only = (rung: Partial<Rung>) =>
  definition({
    ladder: [
      {
        rungId: 'one',
        from: 'due',
        days: 0,
        channels: ['slack'],
        audience: ['reviewer'],
        warning: false,
        ...rung,
      },
    ],
  });

describe('the ladder', () => {
  it('speaks at opening, a week and two days before, on the due day, daily in grace, and a last time', () => {
    expect(daysOf(rungsFor(input()))).toEqual([
      'open 2026-09-07',
      'week-before 2026-09-21',
      'two-days-before 2026-09-25',
      'due-day 2026-09-28',
      'grace@2026-09-29 2026-09-29',
      'grace@2026-09-30 2026-09-30',
      'grace@2026-10-01 2026-10-01',
      'grace@2026-10-02 2026-10-02',
      'last-call@2026-10-03 2026-10-02',
    ]);
  });

  it('passes over rungs that are for tiers of which nothing is open', () => {
    const early = only({ rungId: 'early', from: 'due', days: -14, tiers: ['critical'] });
    const both = definition({ ladder: [...early.ladder, ...only({ rungId: 'all' }).ladder] });
    const tiers = (...open: RiskTier[]) =>
      rungsFor(input({ definition: both, tiers: new Set(open) })).map(({ rungId }) => rungId);
    expect(tiers('critical', 'low')).toEqual(['early', 'all']);
    expect(tiers('high', 'low')).toEqual(['all']);
    expect(rungsFor(input({ definition: both })).map(({ rungId }) => rungId)).toEqual(['early', 'all']);
  });

  it('is the definition’s own when it differs from the default in tiers alone', () => {
    const ladder = DEFAULT_LADDER.map((rung) => ({ ...rung, tiers: ['critical' as const] }));
    expect(rungsFor(input({ definition: definition({ ladder }), tiers: new Set(['low']) }))).toEqual([]);
  });

  it('carries channels, audience and whether it is the last warning', () => {
    expect(rungsFor(input()).at(-1)).toMatchObject({
      channels: ['slack', 'email'],
      audience: ['reviewer', 'backup', 'manager', 'fallback'],
      warning: true,
      serves: ['last-call@2026-10-03'],
    });
  });

  it('a reminder asked for once comes once, not every day (cloud-custodian#6530)', () => {
    expect(daysOf(rungsFor(input({ definition: only({}) })))).toEqual(['one 2026-09-28']);
  });

  it('a rung before the due day never slips past it over a weekend or a holiday', () => {
    const away = person('ana', { holidays: ['2026-09-28', '2026-09-25'] });

    expect(daysOf(rungsFor(input({ definition: only({}), person: away })))).toEqual(['one 2026-09-24']);
    expect(daysOf(rungsFor(input({ definition: only({ days: -2 }) })))).toEqual(['one 2026-09-25']);
  });

  it('a rung after the due day never slips past the end of grace', () => {
    expect(daysOf(rungsFor(input({ definition: only({ days: 5 }) })))).toEqual(['one 2026-10-02']);
    expect(daysOf(rungsFor(input({ definition: only({ days: 1, dailyUntilDays: 30 }) })))).toHaveLength(4);
  });

  it.each([
    [0, 'last-call@2026-09-28 2026-09-25'],
    [1, 'last-call@2026-09-29 2026-09-28'],
    [2, 'last-call@2026-09-30 2026-09-29'],
    [5, 'last-call@2026-10-03 2026-10-02'],
    [10, 'last-call@2026-10-08 2026-10-07'],
    [30, 'last-call@2026-10-28 2026-10-27'],
  ])(
    'with %i days of grace the last call is the last working day before they end: %s',
    (graceDays, expected) => {
      const rules = definition({ timeline: { graceDays } });
      const timeline = timelineOf({ startedAt: NOW, definition: rules, zones: ['UTC'] });
      const rungs = rungsFor(input({ definition: rules, campaign: campaign(timeline) }));

      expect(daysOf(rungs.filter(({ warning }) => warning))).toEqual([expected]);
      const daily = rungs.filter(({ rungId }) => rungId.startsWith('grace@'));
      expect(daily.length).toBeGreaterThanOrEqual(Math.floor((graceDays * 5) / 7) - 1);
    },
  );

  it('a last call hung on the due date is pulled before the end of a shorter grace', () => {
    const rules = (graceDays: number) =>
      definition({
        ...only({ days: 4, warning: true }),
        timeline: { reviewDays: 21, graceDays, closeAfterDays: 21 },
      });
    const day = (graceDays: number) => {
      const timeline = timelineOf({ startedAt: NOW, definition: rules(graceDays), zones: ['UTC'] });
      return daysOf(rungsFor(input({ definition: rules(graceDays), campaign: campaign(timeline) })));
    };

    expect(day(2)).toEqual(['one 2026-09-29']);
    expect(day(0)).toEqual(['one 2026-09-25']);
    expect(day(10)).toEqual(['one 2026-10-02']);
  });

  it('there is a warning before every end of grace, in working hours when there are any', () => {
    const away = fc.subarray(Array.from({ length: 60 }, (_, n) => plusDays(NOW, n).slice(0, 10)));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 13 * 24 }),
        fc.constantFrom('UTC', 'Asia/Tokyo', 'America/Los_Angeles'),
        away,
        (reviewDays, graceDays, hour, timeZone, holidays) => {
          const startedAt = plusDays(NOW, hour / 24);
          const rules = definition({ timeline: { reviewDays, graceDays, closeAfterDays: 21 } });
          const timeline = timelineOf({ startedAt, definition: rules, zones: [timeZone] });
          const warnings = rungsFor({
            definition: rules,
            campaign: campaign({ ...timeline, startedAt, openedAt: startedAt }),
            docket: docket({ createdAt: startedAt }),
            person: person('ana', { timeZone, holidays }),
          }).filter(({ warning }) => warning);

          expect(warnings).toHaveLength(1);
          expect(warnings[0]!.dueAt >= startedAt && warnings[0]!.dueAt < timeline.graceEndsAt).toBe(true);
        },
      ),
    );
  });

  it('an extended campaign warns again before its new end', () => {
    const [warning] = rungsFor(input()).filter(({ warning: last }) => last);
    const done = served('open', 'week-before', warning!.rungId);
    const extended = campaign({ ...run, graceEndsAt: plusDays(run.graceEndsAt, 14) });
    const left = (one: typeof run, of = done) =>
      nextRung({ ...input({ campaign: one, docket: of }), now: at('2026-11-01T10:00') })!;

    expect(left(run).warning).toBe(false);
    expect(left(extended).warning).toBe(true);
    // Served before last calls carried their day.
    expect(left(extended, served('last-call')).warning).toBe(false);
  });

  it('a docket handed on after its last call is warned at once, and not at all when no working time is left', () => {
    const last = (createdAt: string) =>
      daysOf(
        rungsFor(input({ docket: docket({ createdAt: at(createdAt) }) })).filter(({ warning }) => warning),
      );

    expect(last('2026-10-02T12:00')).toEqual(['last-call@2026-10-03 2026-10-02']);
    expect(last('2026-10-03T12:00')).toEqual([]);
  });

  it('somebody with no working day in reach is told at the time itself', () => {
    const never = person('ana', {
      holidays: Array.from({ length: 200 }, (_, n) => plusDays(at('2026-07-01T00:00'), n).slice(0, 10)),
    });

    expect(daysOf(rungsFor(input({ definition: only({}), person: never })))).toEqual(['one 2026-09-28']);
  });

  it('the due day of somebody far east is the last day they work before it is due', () => {
    const days = (timeZone: string) =>
      rungsFor(input({ definition: only({}), person: person('ana', { timeZone }) }))[0]!.dueAt;

    expect(days('Asia/Tokyo') < run.dueAt).toBe(true);
    expect(localTime(days('Asia/Tokyo'), 'Asia/Tokyo').day).toBe('2026-09-28');
    expect(localTime(days('America/Los_Angeles'), 'America/Los_Angeles').day).toBe('2026-09-28');
  });

  it('opening on a Sunday waits for Monday morning', () => {
    const sunday = campaign({ ...run, openedAt: at('2026-09-06T12:00') });
    const early = docket({ createdAt: at('2026-09-06T12:00') });

    expect(rungsFor(input({ campaign: sunday, docket: early }))[0]!.dueAt >= at('2026-09-07T09:00')).toBe(
      true,
    );
    const unopened = campaign({ ...run, openedAt: undefined });
    expect(daysOf(rungsFor(input({ campaign: unopened })))[0]).toBe('open 2026-09-07');
  });

  it('a docket made later is opened at once and skips what had passed by then', () => {
    const late = docket({ createdAt: at('2026-09-24T10:00') });

    expect(daysOf(rungsFor(input({ docket: late }))).slice(0, 3)).toEqual([
      'open 2026-09-24',
      'two-days-before 2026-09-25',
      'due-day 2026-09-28',
    ]);
    const inGrace = docket({ createdAt: at('2026-09-30T10:00') });
    expect(daysOf(rungsFor(input({ docket: inGrace }))).slice(0, 2)).toEqual([
      'open 2026-09-30',
      'grace@2026-10-01 2026-10-01',
    ]);
  });

  it('snoozing moves digests, never the last warning', () => {
    const snoozed = docket({ snoozedUntil: at('2026-10-05T12:00') });
    const rungs = rungsFor(input({ docket: snoozed }));

    expect(daysOf(rungs)[0]).toBe('last-call@2026-10-03 2026-10-02');
    expect(daysOf(rungs)[1]).toBe('open 2026-10-05');
    expect(daysOf(rungsFor(input({ docket: docket({ snoozedUntil: NOW }) })))[0]).toBe('open 2026-09-07');
  });

  it('a reviewer nobody knows is taken to work nine to five, UTC', () => {
    expect(daysOf(rungsFor(input({ person: undefined })))[1]).toBe('week-before 2026-09-21');
  });

  it('recipients are spread over a few minutes, always the same for the same person', () => {
    const minutes = Array.from({ length: 40 }, (_, n) => {
      const [rung] = rungsFor(input({ definition: only({}), docket: docket({ reviewerId: `p${n}` }) }));
      return rung!.dueAt;
    });

    expect(new Set(minutes).size).toBeGreaterThan(8);
    expect(minutes.every((due) => due >= at('2026-09-28T09:00') && due < at('2026-09-28T09:20'))).toBe(true);
    expect(rungsFor(input())).toEqual(rungsFor(input()));
  });

  it('spreading never leaves working hours', () => {
    const brief = { startMinute: 540, endMinute: 541, weekdays: [1, 2, 3, 4, 5] };
    const rungs = rungsFor(input({ definition: only({}), person: person('ana', { workingHours: brief }) }));

    expect(rungs[0]!.dueAt).toBe(at('2026-09-28T09:00'));
  });

  it('every rung comes in the working hours of its recipient', () => {
    const zones = fc.constantFrom(
      'UTC',
      'Asia/Tokyo',
      'America/Los_Angeles',
      'Pacific/Kiritimati',
      'Pacific/Pago_Pago',
    );
    const opened = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2030, 0, 1) });
    fc.assert(
      fc.property(zones, opened, (timeZone, epochMs) => {
        const startedAt = instantOf(epochMs);
        const timeline = timelineOf({ startedAt, definition: definition(), zones: [timeZone, 'UTC'] });
        const rungs = rungsFor(
          input({
            campaign: campaign({ ...timeline, startedAt, openedAt: startedAt }),
            docket: docket({ createdAt: startedAt }),
            person: person('ana', { timeZone }),
          }),
        );

        for (const { dueAt, rungId } of rungs) {
          const { weekday, minuteOfDay } = localTime(dueAt, timeZone);
          expect(weekday <= 5 && minuteOfDay >= 540 && minuteOfDay < 1020).toBe(true);
          expect(dueAt >= startedAt && dueAt <= timeline.graceEndsAt).toBe(true);
          expect(rungId === 'due-day' && dueAt > timeline.dueAt).toBe(false);
        }
        expect(rungs.filter(({ warning }) => warning)).toHaveLength(1);
      }),
    );
  });
});

describe('the next rung', () => {
  it('is the one that is due, or else the one to come', () => {
    const next = nextRung({ ...input({ docket: served('open') }), now: NOW });

    expect(next).toMatchObject({ rungId: 'week-before', serves: ['week-before'] });
    expect(nextRung({ ...input(), now: at('2026-09-07T12:00') })).toMatchObject({
      rungId: 'open',
      serves: ['open'],
    });
  });

  it('rungs missed while the service was down become one message, not a burst', () => {
    const next = nextRung({ ...input(), now: at('2026-09-29T08:00') });

    expect(next).toMatchObject({
      rungId: 'due-day',
      serves: ['open', 'week-before', 'two-days-before', 'due-day'],
    });
  });

  it('a warning among them is the one that is sent', () => {
    const wide = definition({
      ladder: [
        { ...definition().ladder[5]!, days: 2 },
        { ...definition().ladder[4]!, days: 1 },
      ],
    });
    const next = nextRung({ ...input({ definition: wide }), now: at('2026-10-02T12:00') });

    expect(next).toMatchObject({ rungId: 'last-call', warning: true });
    expect(next!.serves).toContain('grace@2026-10-02');
  });

  it('is nothing when everything was served, and nothing once the docket is done (midpoint#587)', () => {
    const all = rungsFor(input()).map(({ rungId }) => rungId);

    expect(nextRung({ ...input({ docket: served(...all) }), now: NOW })).toBeUndefined();
    for (const state of ['done', 'lapsed'] as const) {
      expect(
        nextRung({ ...input({ docket: docket({ state }) }), now: at('2026-09-30T12:00') }),
      ).toBeUndefined();
    }
  });

  it('a rerun at the same time with what was served recorded sends nothing again', () => {
    const now = at('2026-09-29T08:00');
    const first = nextRung({ ...input(), now })!;
    const second = nextRung({ ...input({ docket: served(...first.serves) }), now })!;

    expect(second.dueAt > now).toBe(true);
  });
});
