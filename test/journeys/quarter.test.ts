// A whole quarter of the made-up company, played through the real edges on the embedded stack.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Instant, parseInstant } from '../../lib/domain/time.ts';
import { type PlayedQuarter, playQuarter } from '../../lib/local/autoplay/play-quarter.ts';
import { proveQuarter } from '../../lib/local/autoplay/prove-quarter.ts';
import { harborAndPine } from '../../lib/local/company/harbor-and-pine.ts';
import { startLocalStack } from '../../lib/local/stack.ts';

const PLAYING_MS = 600_000;
const startAt = parseInstant('2026-10-05T06:00:00Z') as Instant;

describe('a quarter at Harbor & Pine', () => {
  let dataDir: string;
  let played: PlayedQuarter;
  const seen: number[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'countersign-quarter-'));
    const stack = await startLocalStack({
      dataDir,
      company: harborAndPine(startAt),
      startAt,
      sealEveryHours: 24,
    });
    try {
      played = await playQuarter(stack, { seal: proveQuarter, onProgress: ({ day }) => void seen.push(day) });
    } finally {
      await stack.close();
    }
  }, PLAYING_MS);

  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it('comes out as every scene says it must', () => {
    const failed = played.expectations.filter(({ passed }) => !passed);

    expect(failed).toEqual([]);
    expect(played.expectations.length).toBeGreaterThan(30);
    expect(played.notPlayed).toEqual([]);
  });

  it('adds up: considered is included and excluded together', () => {
    const { identities, population } = played.summary;

    expect(population.considered).toBe(population.included + population.excluded);
    expect(identities).toBeLessThanOrEqual(population.considered);
    expect(identities).toBeGreaterThanOrEqual(60);
  });

  it('adds up: items are the sum of their outcomes, and hand-overs are not among them', () => {
    const { items, outcomes, events } = played.summary;

    expect(Object.values(outcomes).reduce((a, b) => a + b, 0)).toBe(items);
    expect(events).toEqual({ reassign: 1, notMine: 1 });
    expect(outcomes.open).toBe(0);
  });

  it('adds up: planned removals are executed, held, failed or cancelled, and each executed one has a level', () => {
    const { removals } = played.summary;
    const { planned, executed, held, failed, cancelled, restored, verification } = removals;

    expect(planned).toBe(executed + held + failed + cancelled);
    expect(Object.values(verification).reduce((a, b) => a + b, 0)).toBe(executed);
    expect(restored).toBe(1);
    expect(restored).toBeLessThanOrEqual(executed);
  });

  it('gives every kind of answer, catches one drift and undoes one removal', () => {
    const { outcomes, drift } = played.summary;
    const { open: _open, ...answered } = outcomes;

    expect(Object.entries(answered).filter(([, count]) => count === 0)).toEqual([]);
    expect(drift).toBe(1);
  });

  it('ends sealed and verified', () => {
    const { attestations, verify, evidence } = played.summary;

    expect(verify.ok).toBe(true);
    expect(verify.checks).toBeGreaterThan(0);
    expect(attestations).toBeGreaterThan(300);
    expect(evidence).not.toBe('');
  });

  it('tells people on both channels, and how far it has come', () => {
    const { notices } = played.summary;

    expect(notices.slack).toBeGreaterThan(0);
    expect(notices.email).toBeGreaterThan(0);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(91);
  });
});
