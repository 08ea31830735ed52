// The auditor's guide, block after block as it stands there, on a pack of the whole log and on one of a campaign.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPack } from '../../lib/adapters/packs/open-pack.ts';
import { drawSample } from '../../lib/evidence/draw-sample.ts';
import { livedCampaign } from '../support/evidence/lived-campaign.ts';
import { freshFolder, packText, removeFolders } from '../support/evidence/sealed-world.ts';

const GUIDE = join(import.meta.dirname, '..', '..', 'docs', 'auditor-guide.md');

let lived: Awaited<ReturnType<typeof livedCampaign>>;
let blocks: string[];

beforeAll(async () => {
  lived = await livedCampaign();
  const guide = await readFile(GUIDE, 'utf8');
  blocks = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
});
afterAll(removeFolders);

const run = (pack: string) =>
  spawnSync('bash', ['-euo', 'pipefail', '-c', blocks.join('\n')], { cwd: pack, encoding: 'utf8' });

describe('the auditor’s guide', () => {
  test.each(['log', 'campaign'] as const)('checks a pack of a %s with bash, openssl and jq', async (by) => {
    const pack = join(await freshFolder(), 'pack');
    await lived.w.export(by === 'log' ? { by } : { by, campaignId: lived.campaign.campaignId }, pack);

    const { status, stdout: said, stderr } = run(pack);

    expect(status, stderr).toBe(0);
    expect(said).toContain('Verified OK');
    expect(said.match(/Signature Verified Successfully/g)).toHaveLength(2);
    expect(said).toContain('The root is the one that was signed.');
    const source = await openPack(pack);
    const [first] = await drawSample(source, 'my seed', 5);
    await source.close();
    expect(said).toContain(`${first?.rank} ${first?.campaignId} ${first?.identityId}`);
  });

  test('finds a leaf that was exchanged', async () => {
    const pack = join(await freshFolder(), 'pack');
    await lived.w.export({ by: 'log' }, pack);
    const rows = await packText(pack, 'attestations.jsonl');
    const leaf = JSON.parse(rows.split('\n')[1] ?? '').leafHash as string;
    execFileSync('sed', ['-i', `s/${leaf}/${'0'.repeat(64)}/`, 'attestations.jsonl'], { cwd: pack });

    const { status, stdout } = run(pack);

    expect(status).not.toBe(0);
    expect(stdout).toContain('NOT SO: The root is the one that was signed.');
  });
});
