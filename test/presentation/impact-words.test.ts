import { expect, test } from 'vitest';
import type { ImpactRef } from '../../lib/domain/removal/removal.ts';
import type { Instant } from '../../lib/domain/time.ts';
import { impactWords } from '../../lib/presentation/impact-words.ts';

const impact: ImpactRef = {
  digest: 'd'.repeat(64),
  from: '2026-06-09T08:00:00.000Z' as Instant,
  until: '2026-09-07T08:00:00.000Z' as Instant,
  calls: 3,
  refused: 2,
  callers: 1,
  source: 'a log',
  completeness: 'complete',
  summary: '2 calls by build-7 in the last 90 days would have been refused (a log)',
};

test('a replay is told with the moment its log was read, in the reader’s time zone', () => {
  expect(impactWords(impact, { timeZone: 'Europe/Berlin' })).toMatch(
    /^2 calls by build-7 in the last 90 days would have been refused \(a log\); looked up .*10:00/,
  );
});

test('without a replay there is no log, and no number', () => {
  expect(impactWords(undefined, { timeZone: 'UTC' })).toBe('no log to replay');
});
