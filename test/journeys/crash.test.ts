import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { CampaignId } from '../../lib/domain/campaign/campaign.ts';
import { instantOf } from '../../lib/domain/time.ts';
import { harborAndPine } from '../../lib/local/company/harbor-and-pine.ts';
import { type LocalStack, startLocalStack } from '../../lib/local/stack.ts';

const CHILD = join(import.meta.dirname, 'crash-child.ts');
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** Runs the quarter in a process of its own; kills it after a while when told to. */
function play(dataDir: string, killAfterMs: number | undefined): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CHILD, dataDir], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const timer =
      killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.on('close', () => {
      clearTimeout(timer);
      resolve(said);
    });
  });
}

/** Ids of every fact in the log, once what still waited is sealed. Fails when the log contradicts itself. */
async function sealedFacts(stack: LocalStack): Promise<string[]> {
  await stack.functions.seal();
  const view = await stack.ledger.view();
  const ids: string[] = [];
  for await (const { attestationId } of view.leaves()) ids.push(attestationId);
  expect(ids).toHaveLength(view.head.size);
  return ids;
}

describe('killed at random points and started again', () => {
  test('a quarter loses nothing and doubles nothing', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'crash-'));
    folders.push(dataDir);
    for (const killAfterMs of [700, 1500, 2300, 3100, 1900, 4000]) await play(dataDir, killAfterMs);
    const last = await play(dataDir, undefined);
    expect(last).toContain('done');

    const startAt = instantOf(Date.UTC(2026, 8, 7, 8));
    const stack = await startLocalStack({ dataDir, company: harborAndPine(startAt), startAt });
    try {
      const { store, blobs } = stack.environment;
      const campaignId = 'crash-test' as CampaignId;
      const campaign = await store.get('campaign', { campaignId });
      expect(campaign?.state).toMatch(/^closed/);

      let included = 0;
      for await (const line of blobs.lines(campaign?.populationDigest ?? '')) {
        const entry = JSON.parse(line) as { included: boolean; identityKey: never };
        if (!entry.included) continue;
        included += 1;
        const item = await store.get('item', { campaignId, identityKey: entry.identityKey });
        expect(item?.state).not.toBe('open');
        const removals = await store.removalsOf(entry.identityKey);
        expect(new Set(removals.map(({ removalId }) => removalId)).size).toBe(removals.length);
        expect(removals.filter(({ executedAt }) => executedAt !== undefined).length).toBeLessThanOrEqual(1);
      }
      expect(included).toBe(campaign?.counts?.included);

      const ids = await sealedFacts(stack);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThan(150);

      const chased = stack.ses.messages().map((mail) => JSON.stringify(mail));
      expect(chased.length).toBeGreaterThan(0);
    } finally {
      await stack.close();
    }
  }, 240_000);
});
