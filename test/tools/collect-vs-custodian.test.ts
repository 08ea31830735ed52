// Runs the benchmark beside Cloud Custodian at a small size; it installs that from PyPI when it is not there.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import * as z from 'zod';

const ROOT = join(import.meta.dirname, '..', '..');
const USERS = 120;

const Conduct = z.object({
  collectCalls: z.int(),
  wrongDisables: z.int(),
  missedDisables: z.int(),
  repeatedMutations: z.int(),
});
const Result = z.object({
  users: z.int(),
  staleKeys: z.int(),
  collectCallsAllowed: z.int(),
  ours: z.number().positive(),
  peer: z.number().positive(),
  ratio: z.number().positive(),
  goal: z.number().positive(),
  countersign: Conduct,
  custodian: Conduct,
});

test('stale keys are found in few calls and switched off once, and Cloud Custodian is measured beside it', async () => {
  const args = ['collect-vs-custodian', '--json', '--size', String(USERS)];
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'bench', 'run.ts'), ...args]);
  const { countersign, custodian, ...result } = Result.parse(
    JSON.parse(stdout.trim().split('\n').at(-1) ?? ''),
  );

  expect(result).toMatchObject({ users: USERS, staleKeys: USERS / 2 });
  expect(countersign).toEqual({
    collectCalls: expect.any(Number),
    wrongDisables: 0,
    missedDisables: 0,
    repeatedMutations: 0,
  });
  expect(countersign.collectCalls).toBeLessThanOrEqual(result.collectCallsAllowed);
  // It asks about every user: where it did not, the policy was not run.
  expect(custodian.collectCalls).toBeGreaterThan(USERS);
}, 300_000);
