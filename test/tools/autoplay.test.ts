// The quarter that plays itself, as anybody starts it: by npm, over a new folder.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

const ROOT = join(import.meta.dirname, '..', '..');
const start = promisify(execFile);

/** What is looked at of the JSON object on the last line. */
const Quarter = z.object({
  population: z.object({ considered: z.int(), included: z.int(), excluded: z.int() }),
  removals: z.object({
    planned: z.int(),
    executed: z.int(),
    held: z.int(),
    failed: z.int(),
    cancelled: z.int(),
    verification: z.record(z.string(), z.int()),
  }),
  attestations: z.int().positive(),
  expectations: z.object({
    failed: z.int(),
    all: z.array(z.object({ sentence: z.string(), passed: z.boolean(), found: z.string() })).min(20),
  }),
});

describe('demo --autoplay --json', () => {
  let dataDir = '';
  beforeAll(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'autoplay-')), 'quarter');
  });
  afterAll(() => rm(join(dataDir, '..'), { recursive: true }));

  it('plays a quarter in which everything comes out as it must, and adds up', {
    timeout: 600_000,
  }, async () => {
    const { stdout } = await start(
      'npm',
      ['run', '-s', 'demo', '--', '--autoplay', '--json', '--data-dir', dataDir],
      { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 },
    );

    const { population, removals, expectations } = Quarter.parse(
      JSON.parse(stdout.trim().split('\n').at(-1) ?? ''),
    );
    expect(expectations.all.filter(({ passed }) => !passed)).toEqual([]);
    expect(population.included + population.excluded).toBe(population.considered);
    expect(removals.executed + removals.held + removals.failed + removals.cancelled).toBe(removals.planned);
    expect(Object.values(removals.verification).reduce((sum, count) => sum + count, 0)).toBe(
      removals.executed,
    );
  });
});
