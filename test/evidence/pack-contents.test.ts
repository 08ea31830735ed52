// What an auditor finds in a pack, read with nothing of ours where that is possible.
import { createHash, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, Verifier } from '@sigstore/verify';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPack } from '../../lib/adapters/packs/open-pack.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { drawSample } from '../../lib/evidence/draw-sample.ts';
import { csvLine } from '../../lib/verification/reports/csv.ts';
import { KEPT, livedCampaign, PERSON, REVOKED, SILENT } from '../support/evidence/lived-campaign.ts';
import { freshFolder, packText, removeFolders, verifyAt } from '../support/evidence/sealed-world.ts';
import { rowsOf } from '../support/evidence/tamper.ts';

let lived: Awaited<ReturnType<typeof livedCampaign>>;
let pack: string;

beforeAll(async () => {
  lived = await livedCampaign();
  pack = join(await freshFolder(), 'pack');
  await lived.w.export({ by: 'log' }, pack);
});
afterAll(removeFolders);

const table = async (name: string): Promise<Record<string, string>[]> =>
  parse(await packText(pack, name), { columns: true });

/** Name and digest of every file. */
async function digests(path: string): Promise<string[]> {
  const names = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const lines = names.map(async (entry) => {
    const file = join(entry.parentPath, entry.name);
    return `${file.slice(path.length)} ${createHash('sha256')
      .update(await readFile(file))
      .digest('hex')}`;
  });
  return (await Promise.all(lines)).toSorted();
}

describe('a pack', () => {
  test('has the same bytes for the same log and time, as directory and as zip', async () => {
    const folder = await freshFolder();
    await lived.w.export({ by: 'log' }, join(folder, 'again'));
    await lived.w.export({ by: 'log' }, join(folder, 'a.zip'));
    await lived.w.export({ by: 'log' }, join(folder, 'b.zip'));

    expect(await digests(join(folder, 'again'))).toEqual(await digests(pack));
    expect((await readFile(join(folder, 'a.zip'))).equals(await readFile(join(folder, 'b.zip')))).toBe(true);
    expect((await verifyAt(join(folder, 'a.zip'))).verdict).toBe('passed');
  });

  test.each([
    ['campaign', () => ({ by: 'campaign', campaignId: lived.campaign.campaignId }) as const],
    ['control', () => ({ by: 'control', control: 'pci-dss-4.0.1' }) as const],
    ['identity', () => ({ by: 'identity', identityId: SILENT.identityId }) as const],
    [
      'time',
      () => ({ by: 'time', since: plusDays(lived.w.clock.now(), -20), until: lived.w.clock.now() }) as const,
    ],
  ])('by %s verifies', async (_name, scope) => {
    const path = join(await freshFolder(), 'scoped');
    await lived.w.export(scope(), path);

    const report = await verifyAt(path);

    expect(report.checks.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    expect(report.checks.find(({ id }) => id === 'log.root')).toMatchObject({ verdict: 'passed' });
  });

  test('about what the log does not know is refused, and leaves nothing behind', async () => {
    const folder = await freshFolder();

    await expect(lived.w.export({ by: 'campaign', campaignId: 'nope' }, join(folder, 'x'))).rejects.toThrow(
      'The log has nothing about campaign nope.',
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test('is never written over something else', async () => {
    await expect(lived.w.export({ by: 'log' }, pack)).rejects.toThrow('is there already and not empty');
  });

  test('lists everybody considered, in or out, with the reason', async () => {
    const rows = await table('population.csv');

    expect(rows.map(({ identity, included }) => [identity, included])).toEqual([
      [KEPT.identityId, 'true'],
      [REVOKED.identityId, 'true'],
      [SILENT.identityId, 'true'],
      [PERSON.identityId, 'false'],
    ]);
    expect(rows[3]).toMatchObject({ code: 'person', reason: 'a person, reviewed elsewhere' });
  });

  test('reconciles: every column adds up to the population', async () => {
    const rows = await table('reconciliation.csv');

    expect(rows.map(({ answer, action, verification }) => [answer, action, verification])).toEqual([
      ['certify', 'none', 'not-applicable'],
      ['revoke', 'executed', 'confirmed'],
      ['no-response', 'executed', 'confirmed'],
      ['excluded', 'none', 'not-applicable'],
    ]);
  });

  test('has a line for every answer and silence, which cannot become a formula', async () => {
    const rows = Object.fromEntries(
      (await table('reviews.csv')).map((row) => [row['identity']?.split('/').at(-1), row]),
    );

    expect(rows).toMatchObject({
      kept: { decision: 'certify', 'on-time': 'true', reason: `'=1+1, "quoted"\nand on` },
      revoked: { decision: 'revoke', 'on-time': 'true', removal: 'quarantined' },
      silent: { decision: 'no-response', 'on-time': 'false', 'verification level': 'confirmed' },
    });
    expect(Object.keys(rows)).toHaveLength(3);
  });

  test('publishes every share with numerator and denominator', async () => {
    const metrics = JSON.parse(await packText(pack, 'metrics.json')) as { campaigns: unknown[] };

    expect(metrics.campaigns).toMatchObject([
      {
        auditReadiness: {
          coverage: { numerator: 2, denominator: 3 },
          onTime: { numerator: 2, denominator: 3 },
          owned: { numerator: 3, denominator: 3 },
          evidenceComplete: { numerator: 3, denominator: 3 },
        },
        accessSafety: {
          unverifiedRemovals: { numerator: 0, denominator: 2 },
          accessChanged: { numerator: 1, denominator: 2 },
          residualExposure: { numerator: 0, denominator: 3 },
        },
      },
    ]);
  });

  test('names people only outside the signed bytes', async () => {
    const people = JSON.parse(await packText(pack, 'people.json')) as {
      people: Record<string, { personId: string }>;
    };
    const signed = (await rowsOf(pack)).map(({ envelope }) => {
      const { payload } = JSON.parse(envelope) as { payload: string };
      return Buffer.from(payload, 'base64').toString();
    });

    expect(
      Object.values(people.people)
        .map(({ personId }) => personId)
        .toSorted(),
    ).toContain('ada');
    expect(signed.filter((body) => body.includes('ada@acme.example'))).toEqual([]);
  });

  test('has OSCAL files that fit the published schemas', async () => {
    for (const kind of ['plan', 'results']) {
      const ajv = new Ajv({ strict: false, allErrors: true });
      (addFormats as unknown as (ajv: Ajv) => void)(ajv);
      const schema = new URL(`../fixtures/oscal/oscal_assessment-${kind}_schema.json`, import.meta.url);
      const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')) as object);

      validate(JSON.parse(await packText(pack, `oscal/assessment-${kind}.json`)));

      expect(validate.errors ?? []).toEqual([]);
    }
  });

  test('tells a stranger in README.txt how to check it', async () => {
    const text = await packText(pack, 'README.txt');

    expect(text).toContain('openssl dgst -sha256 -verify');
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });
});

describe('other readers', () => {
  test('@sigstore/verify accepts every envelope', async () => {
    const { publicKeySpki, keyId } = lived.w.signer;
    const publicKey = createPublicKey({ key: Buffer.from(publicKeySpki), format: 'der', type: 'spki' });
    const verifier = new Verifier(
      {
        certificateAuthorities: [],
        timestampAuthorities: [],
        tlogs: [],
        ctlogs: [],
        publicKey: () => ({ publicKey, validFor: () => true }),
      },
      { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 },
    );

    for (const { envelope } of await rowsOf(pack)) {
      const bundle = bundleFromJSON({
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: { publicKey: { hint: keyId } },
        dsseEnvelope: JSON.parse(envelope),
      });
      expect(() => verifier.verify(toSignedEntity(bundle))).not.toThrow();
    }
  });
});

describe('the auditor’s sample', () => {
  test('is what sorting by digest by hand gives', async () => {
    const source = await openPack(pack);
    const drawn = await drawSample(source, 'dice: 4 2 6', 2);
    await source.close();

    const byHand = (await table('population.csv'))
      .map(({ campaign = '', identity = '' }) => ({
        identity,
        rank: createHash('sha256').update(`dice: 4 2 6${campaign}${identity}`).digest('hex'),
      }))
      .toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
    expect(drawn.map(({ identityId, rank }) => ({ identity: identityId, rank }))).toEqual(byHand.slice(0, 2));
  });
});

describe('a table cell', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('%j does not become a formula', (cell) => {
    const [[read]] = parse(csvLine([cell])) as [[string]];

    expect(read).toBe(`'${cell}`);
  });

  test.each(['plain', 'with, comma', 'with "quotes"', 'two\nlines', ' padded ', ''])(
    '%j comes back as it was',
    (cell) => {
      const rows: string[][] = parse(csvLine([cell, 'end']), { skip_empty_lines: false });

      expect(rows).toEqual([[cell, 'end']]);
    },
  );
});
