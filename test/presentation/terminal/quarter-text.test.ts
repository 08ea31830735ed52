import { describe, expect, test } from 'vitest';
import { instantOf } from '../../../lib/domain/time.ts';
import type { Look } from '../../../lib/presentation/terminal/look.ts';
import { paintFor } from '../../../lib/presentation/terminal/paint.ts';
import { type QuarterPage, quarterText } from '../../../lib/presentation/terminal/quarter-text.ts';

const look: Look = {
  now: instantOf(Date.UTC(2026, 11, 7)),
  timeZone: 'UTC',
  paint: paintFor({ isTerminal: false, env: {} }),
};

const page: QuarterPage = {
  company: 'Harbor & Pine',
  from: '2026-09-07T08:00:00.000Z',
  until: '2026-12-07T08:00:00.000Z',
  summary: {
    identities: 10,
    credentials: 12,
    population: { considered: 11, included: 9, excluded: 2 },
    dockets: 3,
    items: 9,
    outcomes: { certify: 6, revoke: 2, noResponse: 1 },
    events: { reassign: 1, notMine: 0 },
    notices: { slack: 5, email: 2, failed: 0 },
    removals: {
      planned: 3,
      executed: 2,
      held: 1,
      failed: 0,
      cancelled: 0,
      restored: 1,
      verification: { failed: 0, unchecked: 0, confirmed: 1, refused: 1, proven: 0 },
    },
    drift: 0,
    attestations: 40,
    verify: { ok: false, checks: 25 },
    evidence: '/tmp/evidence',
  },
  expectations: [
    { sceneId: 'undo', sentence: 'It came back.', passed: true, found: 'restored' },
    { sceneId: 'drift', sentence: 'The drift was caught.', passed: false, found: '0 drifted' },
  ],
  notPlayed: [{ sceneId: 'reduce', title: 'Access is reduced', why: 'Nobody has any.' }],
  dataDir: '/tmp/data',
};

describe('the page of a played quarter', () => {
  const text = quarterText(page, look);

  test('a failed expectation stands out with what was found', () => {
    expect(text).toContain('Expected: 1 of 2 did NOT come true');
    expect(text).toContain('✓ undo It came back.\n');
    expect(text).toContain('✗ drift The drift was caught. (found: 0 drifted)');
  });

  test('removals are shown as the equations they must satisfy', () => {
    expect(text).toContain(
      '3 planned = 2 executed + 1 held + 0 failed + 0 cancelled; 1 of the executed restored',
    );
  });

  test('evidence that does not verify is said so', () => {
    expect(text).toContain('25 checks, NOT VERIFIED');
  });

  test('what was not played is listed with the reason', () => {
    expect(text).toMatch(/reduce +Access is reduced +Nobody has any\./);
  });

  test('shares are of all items', () => {
    expect(text).toMatch(/certify +6 +66\.7 %/);
  });
});
