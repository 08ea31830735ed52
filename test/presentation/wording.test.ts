import { describe, expect, it } from 'vitest';
import type { Entitlements } from '../../lib/domain/identity/entitlement.ts';
import type { Instant } from '../../lib/domain/time.ts';
import {
  dateWords,
  endOfLocalDay,
  momentOnDay,
  momentWords,
  relativeDays,
} from '../../lib/presentation/dates.ts';
import {
  abilityWords,
  adviceWords,
  dueWords,
  factWords,
  lastUseWords,
  listWords,
  silenceWords,
  standingWords,
} from '../../lib/presentation/wording.ts';
import { sampleItem } from '../support/slack/samples.ts';

const now = '2026-11-21T09:00:00.000Z' as Instant;
const reader = { now, timeZone: 'Europe/Zurich' };
const at = (text: string) => text as Instant;

describe('dates', () => {
  it('are written with weekday and distance', () => {
    expect(dueWords(at('2026-11-24T22:59:59.999Z'), reader)).toBe('Tue 24 Nov 2026 (in 3 days)');
    expect(dueWords(at('2026-11-21T20:00:00.000Z'), reader)).toBe('Sat 21 Nov 2026 (today)');
    expect(dueWords(at('2026-11-24T23:59:59.999Z'), reader)).toBe('Wed 25 Nov 2026, 00:59 (in 4 days)');
    expect(relativeDays(at('2026-11-20T00:30:00.000Z'), now, 'Europe/Zurich')).toBe('yesterday');
    expect(relativeDays(at('2024-01-01T00:00:00.000Z'), now, 'Europe/Zurich')).toBe('2 years ago');
  });

  it('follow the calendar of the reader’s zone, not hours', () => {
    const midnight = at('2026-11-21T23:30:00.000Z');

    expect(relativeDays(midnight, now, 'UTC')).toBe('today');
    expect(relativeDays(midnight, now, 'Europe/Zurich')).toBe('tomorrow');
    expect(momentWords(midnight, 'Asia/Tokyo')).toBe('Sun 22 Nov 2026, 08:30');
  });

  it('read as UTC in an unknown zone', () => {
    expect(dateWords(now, 'Middle/Earth')).toBe('Sat 21 Nov 2026');
  });

  it('end a day where the reader’s clocks say midnight, over a change of clocks too', () => {
    expect(endOfLocalDay('2026-11-24', 'Europe/Zurich')).toBe('2026-11-24T22:59:59.999Z');
    expect(endOfLocalDay('2026-10-25', 'Europe/Zurich')).toBe('2026-10-25T22:59:59.999Z');
    expect(endOfLocalDay('2026-03-08', 'America/New_York')).toBe('2026-03-09T03:59:59.999Z');
    expect(endOfLocalDay('2026-03-08', 'Pacific/Kiritimati')).toBe('2026-03-08T09:59:59.999Z');
  });

  it('chosen 30 days ahead are never more than 30 days ahead', () => {
    expect(momentOnDay('2026-12-21', now, 'Europe/Zurich')).toBe('2026-12-21T09:00:00.000Z');
    expect(momentOnDay('2026-11-21', now, 'Europe/Zurich')).toBe('2026-11-21T22:59:59.999Z');
  });
});

describe('sentences', () => {
  it('say when something was last used, and never call unknown use unused', () => {
    const used = sampleItem().snapshot.identity.lastUse;

    expect(lastUseWords(used, reader)).toBe(
      '3 days ago (Wed 18 Nov 2026), on s3, by arn:aws:sts::123456789012:assumed-role/ci, says credential report',
    );
    expect(lastUseWords({ state: 'never', source: 'credential report' }, reader)).toBe(
      'never, says credential report',
    );
    expect(lastUseWords({ state: 'unknown', lookedIn: ['CloudTrail', 'last accessed'] }, reader)).toBe(
      'unknown (looked in CloudTrail, last accessed)',
    );
  });

  it('say what it can do and why it counts as administrator', () => {
    const { entitlements } = sampleItem().snapshot.identity;
    const plain: Entitlements = { ...entitlements, admin: 'no', level: 'write', services: ['s3', 'ec2'] };

    expect(abilityWords(entitlements)).toBe('administrator: AdministratorAccess is attached');
    expect(abilityWords(plain)).toBe('can change things in s3, ec2');
    expect(abilityWords({ ...plain, admin: 'unknown', adminReason: 'a policy could not be read' })).toBe(
      'can change things in s3, ec2 (could be administrator: a policy could not be read)',
    );
    expect(abilityWords({ ...plain, level: 'none' })).toBe('nothing');
  });

  it('give advice with its reasons, facts with their source, silence with its meaning', () => {
    expect(adviceWords({ advice: 'switch-off', reasons: ['never used', 'administrator'] })).toBe(
      'Switch it off: never used; administrator',
    );
    expect(factWords({ known: true, value: 'ci', source: 'tag purpose' })).toBe('ci (tag purpose)');
    expect(factWords({ known: false, lookedIn: [] })).toBe('unknown (looked in no source)');
    expect(standingWords({ standing: 'unattested', since: now, why: 'never reviewed' }, reader)).toBe(
      "nobody's word since Sat 21 Nov 2026: never reviewed",
    );
    expect(silenceWords(at('2026-11-29T12:00:00.000Z'), reader)).toContain(
      'Sun 29 Nov 2026, 13:00 (in 8 days)',
    );
    expect(listWords(['a', 'b', 'c', 'd'], 'none', 2)).toBe('a, b and 2 more');
  });
});
