import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createCelExpressions } from '../../lib/adapters/cel/expressions.ts';
import { openPack } from '../../lib/adapters/packs/open-pack.ts';
import { sha256Hex } from '../../lib/domain/attestation/bytes/sha256.ts';
import { utf8Bytes } from '../../lib/domain/attestation/bytes/text-bytes.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import { identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import type { DecisionRequest } from '../../lib/domain/review/decision.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { reperformPack } from '../../lib/reperformance/reperform-pack.ts';
import { freshFolder, removeFolders, sealedWorld, verifyAt } from '../support/evidence/sealed-world.ts';
import { sampleIdentity } from '../support/sample-identity.ts';

afterEach(removeFolders);

const identity = (name: string, owner: string, more: Partial<Identity> = {}): Identity =>
  sampleIdentity({
    name,
    ownerHints:
      owner === ''
        ? []
        : [{ role: 'technical', value: `${owner}@acme.example`, source: 'tag', detail: 'tag owner' }],
    ...more,
  });

const IDENTITIES = [
  identity('kept', 'ada'),
  identity('excepted', 'ada'),
  identity('revoked', 'ben'),
  identity('silent', 'ben'),
  identity('orphan', ''),
  identity('bob', 'ada', { kind: 'person', exclusion: { code: 'person', reason: 'a person' } }),
];
const [kept, excepted, revoked] = IDENTITIES as [Identity, Identity, Identity];

/** Two campaigns one after the other, the second over what the first left undone, exported whole and alone. */
async function twoCampaigns(include: 'all' | 'due' = 'all') {
  const w = await sealedWorld({ identities: IDENTITIES, definition: { scope: { include } } });
  const first = await w.openSealed();
  const decide = (of: Identity, request: DecisionRequest, by: string) =>
    w.actions.decide({
      item: { campaignId: first.campaignId, identityKey: identityKeyOf(of.identityId) },
      request,
      who: w.who(by),
      actId: `${request.verdict}-${of.name}`,
    });
  await decide(kept, { verdict: 'certify', reason: 'in use' }, 'ada');
  await decide(
    excepted,
    {
      verdict: 'except',
      reason: 'soon gone',
      until: plusDays(first.startedAt, 20),
      compensatingControl: 'watched',
    },
    'ada',
  );
  await decide(revoked, { verdict: 'revoke', reason: 'gone' }, 'ben');
  await w.live(plusDays(first.closeBy, 1));
  await w.collect();
  const second = await w.openCampaign({ definitionId: 'quarterly', launchedBy: 'max', campaignId: 'second' });
  await w.live(plusDays(second.startedAt, 2));
  const folder = await freshFolder();
  const whole = join(folder, 'whole');
  await w.export({ by: 'log' }, whole);
  return { w, first, second, folder, whole };
}

async function reperform(path: string) {
  const source = await openPack(path);
  try {
    return await reperformPack(source, (now) => createCelExpressions({ clock: { now: () => now } }));
  } finally {
    await source.close();
  }
}

/** Edits the one file of a folder that a pattern names. */
async function edit(
  pack: string,
  folder: string,
  pattern: RegExp,
  change: (text: string) => string,
): Promise<void> {
  const name = (await readdir(join(pack, folder))).find((each) => pattern.test(each));
  const path = join(pack, folder, name ?? 'missing');
  const text = await readFile(path, 'utf8');
  expect(change(text)).not.toBe(text);
  await writeFile(path, change(text));
}

describe('doing a pack again', () => {
  test('comes out the same for the whole log, snapshots byte for byte, standing from the first campaign included', async () => {
    const { whole } = await twoCampaigns();

    const result = await reperform(whole);

    expect(result.campaigns.flatMap(({ differences }) => differences)).toEqual([]);
    expect(result.agrees).toBe(true);
    expect(result.campaigns).toMatchObject([
      { identities: 6, snapshots: 5, outcomes: 6, notReperformed: [] },
      { campaignId: 'second', identities: 6, snapshots: 5, outcomes: 6, notReperformed: [] },
    ]);
    const files = (await verifyAt(whole)).checks.find(({ id }) => id === 'subjects.files');
    expect(files?.verdict).toBe('passed');
  });

  test('works out again which identities were not due', async () => {
    const { whole } = await twoCampaigns('due');
    expect(await readFile(join(whole, 'population.csv'), 'utf8')).toContain('not-due');

    const result = await reperform(whole);

    expect(result.campaigns.flatMap(({ differences }) => differences)).toEqual([]);
    expect(result.campaigns.flatMap(({ notReperformed }) => notReperformed)).toEqual([]);
  });

  test('of one campaign, says that earlier standing was taken over', async () => {
    const { w, folder } = await twoCampaigns('due');
    const path = join(folder, 'second.zip');
    await w.export({ by: 'campaign', campaignId: 'second' }, path);

    const result = await reperform(path);

    expect(result.agrees).toBe(true);
    expect(result.campaigns[0]?.notReperformed.join(' ')).toContain('does not hold the whole log');
  });

  test('an erased directory is said, and everything but people is still worked out', async () => {
    const { whole } = await twoCampaigns();
    for (const name of await readdir(join(whole, 'raw'))) {
      if (name.startsWith('directory-')) await rm(join(whole, 'raw', name));
    }

    const result = await reperform(whole);

    expect(result.agrees).toBe(true);
    expect(result.campaigns[0]).toMatchObject({ identities: 6, outcomes: 6 });
    expect(result.campaigns[0]?.notReperformed.join(' ')).toContain('Not reperformable: the directory');
  });

  test('a tier lowered in the population is found', async () => {
    const { whole } = await twoCampaigns();
    await edit(whole, 'populations', /jsonl$/, (text) =>
      text.replace(/"tier":"\w+","risk":\d+/, '"tier":"low","risk":1'),
    );

    const { campaigns, agrees } = await reperform(whole);

    expect(agrees).toBe(false);
    const found = campaigns.flatMap(({ differences }) => differences);
    expect(found).toContainEqual(expect.objectContaining({ what: 'risk', recorded: '1' }));
    expect(found.some(({ what }) => what.startsWith('digest of populations/'))).toBe(true);
  });

  test('somebody left out of the population, and somebody not asked who should have been, are found', async () => {
    const { whole } = await twoCampaigns();
    await edit(whole, 'populations', /jsonl$/, (text) =>
      text.split('\n').slice(1).join('\n').replace('"reviewerId":"ada"', '"reviewerId":"ben"'),
    );

    const found = (await reperform(whole)).campaigns.flatMap(({ differences }) => differences);

    expect(found).toContainEqual(expect.objectContaining({ what: 'population', recorded: 'missing' }));
    expect(found).toContainEqual(
      expect.objectContaining({ what: 'reviewer', recomputed: 'ada', recorded: 'ben' }),
    );
  });

  test('an inventory with a line less does not make its population smaller', async () => {
    const { whole } = await twoCampaigns();
    const digest = /^[0-9a-f]{64}\.jsonl$/;
    await edit(whole, 'raw', digest, (text) => text.split('\n').slice(1).join('\n'));

    const found = (await reperform(whole)).campaigns.flatMap(({ differences }) => differences);

    expect(found).toContainEqual(
      expect.objectContaining({ what: 'population', recomputed: 'in no inventory' }),
    );
  });

  test('a rewritten scope is found by its digest and by whom it would have left out', async () => {
    const { whole } = await twoCampaigns();
    await edit(whole, 'definitions', /json$/, (text) => text.replace('"where":"true"', '"where":"false"'));

    const found = (await reperform(whole)).campaigns.flatMap(({ differences }) => differences);

    expect(found.some(({ what }) => what.startsWith('digest of definitions/'))).toBe(true);
    expect(found).toContainEqual(expect.objectContaining({ what: 'inclusion', recorded: 'included' }));
  });

  test.each([
    ['answer', ',revoke,', ',certify,'],
    ['action', ',executed,', ',none,'],
    ['verification', ',confirmed,', ',proven,'],
    ['unowned', /,true,false,(true|false)\r\n/, ',false,false,$1\r\n'],
  ] as const)('a reconciliation with another %s than was attested is found', async (what, from, to) => {
    const { whole } = await twoCampaigns();
    await edit(whole, '.', /^reconciliation\.csv$/, (text) => text.replace(from, to));

    const found = (await reperform(whole)).campaigns.flatMap(({ differences }) => differences);

    expect(found.map((difference) => difference.what)).toEqual([what]);
  });

  test('a snapshot that showed the reviewer less is found', async () => {
    const { whole } = await twoCampaigns();
    const population = await readFile(join(whole, 'population.csv'), 'utf8');
    const digest = /,([0-9a-f]{64})\r\n/.exec(population)?.[1] ?? '';
    await edit(whole, 'snapshots', new RegExp(digest), (text) =>
      text.replace('"changes":[]', '"changes":["nothing much"]'),
    );

    const found = (await reperform(whole)).campaigns.flatMap(({ differences }) => differences);

    expect(found).toMatchObject([{ what: 'digest of the snapshot', recorded: digest }]);
  });

  test('a snapshot that was attested but shows what its inventory did not say is found, field by field', async () => {
    const { whole } = await twoCampaigns();
    const population = await readFile(join(whole, 'population.csv'), 'utf8');
    const digest = /,([0-9a-f]{64})\r\n/.exec(population)?.[1] ?? '';
    const path = join(whole, 'snapshots', `${digest}.json`);
    const forged = (await readFile(path, 'utf8')).replace('"changes":[]', '"changes":["nothing much"]');
    const forgedDigest = sha256Hex(utf8Bytes(forged));
    await writeFile(join(whole, 'snapshots', `${forgedDigest}.json`), forged);
    await edit(whole, 'populations', /jsonl$/, (text) => text.replace(digest, forgedDigest));

    const found = (await reperform(whole)).campaigns.flatMap(({ differences }) => differences);

    expect(found).toContainEqual(
      expect.objectContaining({ what: 'snapshot.changes', recomputed: '[]', recorded: '["nothing much"]' }),
    );
  });

  test('what is no pack is refused', async () => {
    const folder = await freshFolder();
    await writeFile(join(folder, 'notes.txt'), 'hello');
    await expect(reperform(folder)).rejects.toMatchObject({ code: 'MALFORMED_FILE' });
  });
});
