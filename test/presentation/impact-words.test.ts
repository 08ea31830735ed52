import { expect, test } from 'vitest';
import type { ImpactRef } from '../../lib/domain/removal/removal.ts';
import type { Instant } from '../../lib/domain/time.ts';
import { impactWords } from '../../lib/presentation/impact-words.ts';
import { renderEvidenceModal } from '../../lib/presentation/slack/evidence-modal.ts';
import { decidingRows, evidenceParts } from '../../lib/presentation/web/evidence.ts';
import { sampleItem } from '../support/slack/samples.ts';

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

test('a replay stands among what decides, on the page, in mails and in Slack; without one it is in the whole evidence only', () => {
  const plain = sampleItem();
  const replayed = { ...plain, item: { ...plain.item, impact } };
  const reader = { timeZone: 'UTC', now: impact.until };

  expect(decidingRows(replayed, reader).find(({ label }) => label === 'Log replay')?.value).toContain(
    '2 calls by build-7',
  );
  expect(JSON.stringify(renderEvidenceModal(replayed, reader))).toContain('2 calls by build-7');
  expect(decidingRows(plain, reader).map(({ label }) => label)).not.toContain('Log replay');
  const whole = evidenceParts(plain, reader).flatMap(({ rows }) => rows);
  expect(whole.find(({ label }) => label === 'Log replay')?.value).toBe('no log to replay');
});
