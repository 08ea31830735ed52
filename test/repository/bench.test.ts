import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
/** Compares with a program that has to be installed first: the suite of tools runs it. */
const NEEDS_TOOLS = new Set(['collect-vs-custodian']);
const names = readdirSync(join(ROOT, 'bench'))
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -'.ts'.length))
  .filter((name) => !NEEDS_TOOLS.has(name));

const runBench = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(ROOT, 'bench', 'run.ts'), ...args], { cwd: ROOT });

/** Where 1,200 is not a number of identities or entries. */
const SIZES: Readonly<Record<string, string>> = { 'cold-start': '1' };

describe('benchmarks', () => {
  test.each(names)(
    '%s measures both sides and says so in its last line',
    async (name) => {
      const { stdout } = await runBench(name, '--json', '--size', SIZES[name] ?? '1200');
      const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;

      expect(result).toMatchObject({ name, unit: expect.any(String) });
      for (const field of ['ours', 'peer', 'ratio', 'goal']) expect(result[field], field).toBeGreaterThan(0);
    },
    120_000,
  );

  test('a benchmark that does not exist is refused, naming those there are', async () => {
    await expect(runBench('no-such-thing')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('open-campaign'),
    });
  });
});
