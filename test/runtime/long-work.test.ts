import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { freshFolder, removeFolders, verifyAt } from '../support/evidence/sealed-world.ts';
import { installation, type TestInstallation } from '../support/installation.ts';
import { sampleIdentity } from '../support/sample-identity.ts';

afterEach(removeFolders);

const plain = () => installation({ identities: [sampleIdentity()] });

describe('launching on a deployed installation', () => {
  test('starts the opening, in the name of who launched it', async () => {
    const w = await plain();
    await w.open();

    const { result } = await w.ask('max', {
      do: 'start-launch',
      definitionId: 'quarterly',
      campaignId: 'q3',
    });

    expect(result).toMatchObject({ campaignId: 'q3', executionArn: expect.stringContaining(':execution:') });
    expect(w.started.openings).toEqual([{ definitionId: 'quarterly', launchedBy: 'max', campaignId: 'q3' }]);
  });

  test('names the campaign as an opening would', async () => {
    const w = await plain();
    const { campaignId } = await w.open();

    const { result } = await w.ask('max', { do: 'start-launch', definitionId: 'quarterly' });

    expect(result).toEqual({ campaignId, executionArn: null });
    expect(w.started.openings).toEqual([]);
  });

  test.each([
    ['a definition that is not in force', { do: 'start-launch', definitionId: 'nothing' }],
  ] as const)('of %s is refused before anything starts', async (_what, command) => {
    const w = await plain();

    expect(await w.ask('max', command)).toMatchObject({ status: 404 });
    expect(w.started.openings).toEqual([]);
  });
});

describe('collecting on a deployed installation', () => {
  test('starts one function for all connectors, or one for each that is named', async () => {
    const w = await plain();

    const all = await w.ask('max', { do: 'start-collect', connectors: [] });
    await w.ask('max', { do: 'start-collect', connectors: ['aws-iam'] });

    expect(all.result).toEqual({ requestedAt: w.clock.now(), expected: ['aws-iam'] });
    expect(w.started.collections).toEqual([{}, { connector: 'aws-iam' }]);
  });

  test('is seen in newer readings, with what they reported', async () => {
    const w = await plain();
    await w.ask('max', { do: 'start-collect', connectors: [] });
    expect((await w.ask('max', { do: 'collections' })).result).toEqual([]);

    await w.runStarted();

    expect((await w.ask('max', { do: 'collections' })).result).toMatchObject([
      { connector: 'aws-iam', identities: 1, collectedAt: w.clock.now() },
    ]);
  });
});

describe('a pack of a deployed installation', () => {
  const exportOf = async (
    w: TestInstallation,
    scope: { by: 'log' } | { by: 'campaign'; campaignId: string },
  ) => (await w.ask('otto', { do: 'start-export', scope })).result as { packId: string };

  test('is sealed, made, and verifies', async () => {
    const w = await plain();
    const { campaignId } = await w.open();
    const { packId } = await exportOf(w, { by: 'campaign', campaignId });
    const making = await w.ask('otto', { do: 'pack', packId });

    await w.runStarted();

    expect(making.result).toMatchObject({ status: { state: 'making', requestedBy: 'otto' }, url: null });
    const done = await w.ask('otto', { do: 'pack', packId });
    const zip = w.shelf.files.get(`packs/${packId}.zip`) ?? new Uint8Array();
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', zip)).toString('hex');
    expect(done.result).toMatchObject({
      status: { state: 'done', sha256: digest, bytes: zip.length, manifest: { campaigns: [campaignId] } },
      url: `https://packs.example/packs/${packId}.zip?seconds=900`,
    });
    const path = join(await freshFolder(), 'pack.zip');
    await writeFile(path, zip);
    expect((await verifyAt(path)).verdict).toBe('passed');
  });

  test('is one, however often its event arrives', async () => {
    const w = await plain();
    await w.open();
    await exportOf(w, { by: 'log' });
    const [event] = w.started.exports;
    const first = await w.exportPack(event);
    w.setClock(w.later(1));

    expect(await w.exportPack(event)).toEqual(first);
  });

  test('about nothing is refused in words', async () => {
    const w = await plain();
    await w.open();
    const { packId } = await exportOf(w, { by: 'campaign', campaignId: 'nothing' });

    await w.runStarted();

    expect((await w.ask('otto', { do: 'pack', packId })).result).toMatchObject({
      status: {
        state: 'failed',
        family: 'refused',
        message: 'The log has nothing about campaign nothing.',
      },
      url: null,
    });
  });

  test('that could not be made says so, is tried again, and is then there', async () => {
    const w = await plain();
    await w.open();
    const { packId } = await exportOf(w, { by: 'log' });
    const [event] = w.started.exports;
    const putFile = w.shelf.putFile;
    w.deps.packs.putFile = () => Promise.reject(new Error('bucket secret-packs-7 denied'));

    await expect(w.exportPack(event)).rejects.toThrow('denied');
    const failed = await w.ask('otto', { do: 'pack', packId });
    w.deps.packs.putFile = putFile;
    await w.exportPack(event);

    expect(failed.result).toMatchObject({ status: { state: 'failed' } });
    expect(JSON.stringify(failed.result)).not.toContain('secret-packs');
    expect((await w.ask('otto', { do: 'pack', packId })).result).toMatchObject({ status: { state: 'done' } });
  });

  test('that nobody asked for is not there', async () => {
    const w = await plain();

    const packId = `pack-${'0'.repeat(24)}`;

    expect(await w.ask('otto', { do: 'pack', packId })).toMatchObject({ status: 404 });
  });
});
