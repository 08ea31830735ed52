import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { earliestSwitchOff } from '../../../lib/domain/chase/earliest-switch-off.ts';
import { businessDaysBetween } from '../../../lib/domain/chase/working-time.ts';
import type { Docket } from '../../../lib/domain/review/docket.ts';
import type { ReviewItem } from '../../../lib/domain/review/review-item.ts';
import { type Instant, plusDays } from '../../../lib/domain/time.ts';
import { at, docket, item, NOW } from '../identity/samples.ts';

const told = (
  when: Instant,
  outcome: Docket['tellings'][number]['outcome'] = 'delivered',
  personId = 'ana',
) => ({
  noticeId: `n-${when}`,
  rungId: 'open',
  channel: 'slack' as const,
  personId,
  at: when,
  outcome,
});
const earliest = (
  tellings: Docket['tellings'],
  change: Partial<ReviewItem> = {},
  earlierDockets: Docket[] = [],
  base: Partial<Docket> = {},
) =>
  earliestSwitchOff({
    docket: docket({ tellings, ...base }),
    earlierDockets,
    item: item(change),
    timeZone: 'UTC',
    holidays: [],
  });
const later = (since: Instant) => ({ hops: ['ben'], reviewerSince: since });

describe('the earliest switch-off', () => {
  it('is 5 business days after the first delivered notice (cloud-custodian#4097, #2384)', () => {
    expect(earliest([told(at('2026-09-09T09:00')), told(NOW)])).toEqual({
      told: true,
      at: at('2026-09-14T10:00'),
      why: '5 business days after the first delivered notice',
    });
  });

  it('nobody told at all means never: it is held', () => {
    expect(earliest([])).toEqual({
      told: false,
      why: 'No notice about it was delivered to anybody answerable.',
    });
    expect(earliestSwitchOff({ docket: undefined, item: item(), timeZone: 'UTC', holidays: [] }).told).toBe(
      false,
    );
  });

  it('a notice that was only accepted, or bounced, told nobody', () => {
    expect(earliest([told(NOW, 'accepted'), told(NOW, 'undeliverable')]).told).toBe(false);
  });

  it('an undeliverable notice takes the orphan path, and delivery to its fallback counts', () => {
    expect(
      earliest([told(NOW, 'undeliverable'), told(at('2026-09-08T09:00'), 'delivered', 'pia')]),
    ).toMatchObject({
      at: at('2026-09-15T09:00'),
    });
  });

  it('a notice to a bystander told nobody answerable; tellings from before that was written down count', () => {
    const to = (as: 'bystander' | 'manager' | 'fallback' | 'backup') => [{ ...told(NOW), as }];

    expect(earliest(to('bystander')).told).toBe(false);
    for (const as of ['manager', 'fallback', 'backup'] as const) expect(earliest(to(as)).told).toBe(true);
    expect(earliest([...to('bystander'), told(at('2026-09-08T09:00'))])).toMatchObject({
      at: at('2026-09-15T09:00'),
    });
  });

  it('the first telling kept on the docket counts as well', () => {
    expect(earliest([], {}, [], { firstToldAt: NOW })).toMatchObject({ at: at('2026-09-14T10:00') });
  });

  it('days off of the reviewer do not count', () => {
    const found = earliestSwitchOff({
      docket: docket({ tellings: [told(NOW)] }),
      item: item(),
      timeZone: 'UTC',
      holidays: ['2026-09-08', '2026-09-09'],
    });

    expect(found).toMatchObject({ at: at('2026-09-16T10:00') });
  });

  it('an item with a due time of its own is never cut before it', () => {
    expect(earliest([told(NOW)], { dueAt: at('2026-10-01T23:59') })).toMatchObject({
      at: at('2026-10-01T23:59'),
    });
    expect(earliest([told(NOW)], { dueAt: NOW })).toMatchObject({ at: at('2026-09-14T10:00') });
  });

  it('a reviewer who got the item later has at least 3 business days more', () => {
    const before = [docket({ reviewerId: 'ben', tellings: [told(NOW)] })];

    expect(earliest([told(at('2026-09-14T09:00'))], later(at('2026-09-13T09:00')), before)).toEqual({
      told: true,
      at: at('2026-09-17T09:00'),
      why: '3 business days more for a reviewer who got it later',
    });
    expect(earliest([told(at('2026-09-08T09:00'))], later(at('2026-09-08T09:00')), before)).toMatchObject({
      at: at('2026-09-14T10:00'),
      why: '5 business days after the first delivered notice',
    });
  });

  it('what they were told before they got the item was about others', () => {
    expect(earliest([told(NOW)], later(at('2026-09-08T09:00'))).told).toBe(false);
  });

  it('the 3 days are given once, however often it moves and even if the new reviewer is never told', () => {
    const before = [docket({ reviewerId: 'ben', tellings: [told(NOW)] })];

    expect(earliest([told(at('2026-09-30T09:00'))], later(at('2026-09-30T08:00')), before)).toMatchObject({
      at: at('2026-09-17T10:00'),
    });
    const silent = docket({ reviewerId: 'cai' });
    expect(earliest([], later(at('2026-09-30T08:00')), [silent, ...before])).toMatchObject({
      at: at('2026-09-17T10:00'),
    });
  });

  it('there are always 5 business days between being told and being cut', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.option(fc.nat(60), { nil: undefined }), (day, moved) => {
        const first = plusDays(NOW, day);
        const since = moved === undefined ? undefined : plusDays(first, moved);
        const found = since
          ? earliest([told(since)], later(since), [docket({ reviewerId: 'ben', tellings: [told(first)] })])
          : earliest([told(first)]);

        expect(found.told && businessDaysBetween(first, found.at, 'UTC')).toBeGreaterThanOrEqual(5);
        expect(found.told && businessDaysBetween(first, found.at, 'UTC')).toBeLessThanOrEqual(8);
      }),
    );
  });
});
