import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { millisOf } from '../../lib/domain/time.ts';
import { leaseClock } from '../../lib/local/lease-clock.ts';

describe('the clock of leases', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lease-clock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('runs with real time', () => {
    let wallMs = Date.UTC(2026, 0, 5);
    const clock = leaseClock(join(folder, 'starts'), () => wallMs);
    expect(clock.now()).toBe('2026-01-05T00:00:00.000Z');
    wallMs += 1500;
    expect(clock.now()).toBe('2026-01-05T00:00:01.500Z');
  });

  it('is past every lease of a process that was killed, and never goes back', () => {
    const wallMs = Date.UTC(2026, 0, 5);
    const starts = [1, 2, 3].map(() => millisOf(leaseClock(join(folder, 'starts'), () => wallMs).now()));
    const [first = 0, second = 0, third = 0] = starts;
    for (const [before, after] of [
      [first, second],
      [second, third],
    ] as const) {
      expect(after - before).toBeGreaterThan(16 * 60_000);
    }
  });
});
