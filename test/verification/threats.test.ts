// The threat table of docs/attestation-format.md §5: whatever an attacker does, the verifier says what was done.
import { copyFile, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateKey } from '../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../lib/adapters/crypto/signers.ts';
import { readDirectoryPack } from '../../lib/adapters/packs/directory-pack.ts';
import { createAttestor } from '../../lib/application/attest.ts';
import { introduceKey, retireKey } from '../../lib/application/ledger/rotate-key.ts';
import { plusDays, plusMs } from '../../lib/domain/time.ts';
import type { CheckId } from '../../lib/verification/checks/check.ts';
import type { VerificationReport } from '../../lib/verification/verify-pack.ts';
import { KEPT, livedCampaign, openedCampaign } from '../support/evidence/lived-campaign.ts';
import {
  freshFolder,
  newKeys,
  packText,
  removeFolders,
  sealedWorld,
  verifyAt,
} from '../support/evidence/sealed-world.ts';
import {
  copyOf,
  edit,
  rewriteLog,
  rowOf,
  rowsOf,
  signText,
  statementIn,
  writeRows,
} from '../support/evidence/tamper.ts';

const keys = newKeys();
let lived: Awaited<ReturnType<typeof livedCampaign>>;
let good: string;

beforeAll(async () => {
  lived = await livedCampaign(keys);
  good = join(await freshFolder(), 'good');
  await lived.w.export({ by: 'log' }, good);
});
afterAll(removeFolders);

const detailOf = (report: VerificationReport, id: CheckId): string =>
  `${report.checks.find((check) => check.id === id)?.verdict}: ${report.checks.find((check) => check.id === id)?.detail}`;

const trustOf = (path: string) => readDirectoryPack(join(path, 'keys'));
const operator = () => ({ keys, at: lived.w.clock.now() });

describe('the verifier catches, and names', () => {
  test('an edited row', async () => {
    const path = await copyOf(good);
    const rows = await rowsOf(path);
    await writeRows(path, rows.with(3, { ...rows[3]!, envelope: rows[2]!.envelope }));

    const report = await verifyAt(path);

    expect(report.verdict).toBe('failed');
    expect(detailOf(report, 'rows.unaltered')).toContain('failed: Row 3 was edited');
  });

  test('an edited row whose leaf hash was made to fit', async () => {
    const path = await copyOf(good);
    const rows = await rowsOf(path);
    const body = { ...statementIn(rows[3]!), subject: [] };
    const envelope = JSON.parse(rows[3]!.envelope) as Record<string, unknown>;
    const payload = Buffer.from(JSON.stringify(body)).toString('base64');
    await writeRows(path, rows.with(3, rowOf(3, JSON.stringify({ ...envelope, payload }))));

    const report = await verifyAt(path);

    expect(detailOf(report, 'rows.signature')).toBe('failed: Row 3 has a wrong signature.');
    expect(detailOf(report, 'log.root')).toContain('do not give the root');
  });

  test('a deleted middle row', async () => {
    const path = await copyOf(good);
    const rows = await rowsOf(path);
    await writeRows(path, rows.toSpliced(4, 1));

    const report = await verifyAt(path);

    expect(detailOf(report, 'rows.sequence')).toContain('failed: Row 4 is missing.');
  });

  test('a deleted middle row whose followers were renumbered', async () => {
    const path = await copyOf(good);
    const rows = await rowsOf(path);
    await writeRows(
      path,
      rows.toSpliced(4, 1).map((row, index) => ({ ...row, index })),
    );

    const report = await verifyAt(path);

    expect(detailOf(report, 'rows.sequence')).toContain('The tail was dropped');
    expect(detailOf(report, 'log.root')).toContain('failed');
  });

  test('a dropped tail', async () => {
    const path = await copyOf(good);
    const rows = await rowsOf(path);
    await writeRows(path, rows.slice(0, -3));

    const report = await verifyAt(path);

    expect(detailOf(report, 'rows.sequence')).toContain(
      `failed: The tail was dropped: rows ${rows.length - 3} to ${rows.length - 1} are missing.`,
    );
  });

  test('a restored old state, by a checkpoint the auditor holds', async () => {
    const { w, decide } = await openedCampaign(keys);
    const old = join(await freshFolder(), 'old');
    await w.export({ by: 'log' }, old);
    await decide(KEPT, 'certify');
    await w.sealAll();
    const held = join(await freshFolder(), 'later');
    await w.export({ by: 'log' }, held);
    const against = [{ name: 'mail.checkpoint', bytes: await readFile(join(held, 'checkpoint')) }];

    const report = await verifyAt(old, { against });

    expect(detailOf(report, 'log.against')).toContain('failed: The log went back: mail.checkpoint shows');
    expect(report.verdict).toBe('failed');
  });

  test('a split view, by a checkpoint of the other log', async () => {
    const other = await openedCampaign(keys);
    await other.decide(KEPT, 'revoke');
    await other.w.sealAll();
    const path = join(await freshFolder(), 'other');
    await other.w.export({ by: 'log' }, path);
    const against = [{ name: 'channel.checkpoint', bytes: await readFile(join(path, 'checkpoint')) }];

    const report = await verifyAt(good, { against });

    expect(detailOf(report, 'log.against')).toContain(
      'failed: Split view: channel.checkpoint shows another log',
    );
  });

  test('nothing wrong with a checkpoint of this very log', async () => {
    const [line = ''] = (await packText(good, 'checkpoints.jsonl')).split('\n');
    const { note } = JSON.parse(line) as { note: string };

    const report = await verifyAt(good, {
      against: [{ name: 'held', bytes: new TextEncoder().encode(note) }],
      trust: await trustOf(good),
    });

    expect(detailOf(report, 'log.against')).toContain('passed: Consistent with held');
    expect(report.checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
  });

  test('a backdated statement', async () => {
    const { w, campaign } = await openedCampaign(keys);
    await w.live(plusDays(w.clock.now(), 5));
    const { attestor, store } = w.environment;
    const at = plusDays(w.clock.now(), -8);
    const { writes } = await attestor.attest(
      {
        name: 'campaign-steered',
        subject: { name: 'population', sha256: campaign.populationDigest ?? '' },
        step: 'forged',
        ordinal: 0,
        predicate: {
          build: 'x',
          actor: attestor.system,
          at,
          campaignId: campaign.campaignId,
          definitionDigest: campaign.definitionDigest,
          act: 'extended',
          reason: 'made up later',
          closeBy: campaign.closeBy,
        },
      },
      w.clock.now(),
    );
    await store.commit(writes);
    await w.sealAll();
    const path = join(await freshFolder(), 'backdated');
    await w.export({ by: 'log' }, path);

    const report = await verifyAt(path);

    expect(detailOf(report, 'rows.time')).toMatch(
      new RegExp(`failed: Row \\d+ \\(campaign-steered\\) is backdated: it says ${at}`),
    );
  });

  test('a swapped snapshot', async () => {
    const path = await copyOf(good);
    const [first, second] = (await readdir(join(path, 'snapshots'))).toSorted();
    await copyFile(join(path, 'snapshots', first!), join(path, 'snapshots', second!));

    const report = await verifyAt(path);

    expect(detailOf(report, 'subjects.snapshots')).toContain(`failed: Swapped snapshot: snapshots/${second}`);
  });

  test('a decision signed over another identity’s snapshot', async () => {
    const path = await copyOf(good);
    const rows = await rowsOf(path);
    const decision = rows.findIndex((row) => statementIn(row).predicateType.includes('/decision/'));
    const other = rows
      .map(statementIn)
      .find(
        ({ predicate }) =>
          predicate['identityId'] !== undefined &&
          predicate['identityId'] !== statementIn(rows[decision]!).predicate['identityId'],
      );
    const statement = statementIn(rows[decision]!);
    const [{ digest }] = other!.subject as [{ digest: unknown }];
    const [own] = statement.subject as [{ name: string }];
    const forged = await signText(
      JSON.stringify({ ...statement, subject: [{ ...own, digest }] }),
      lived.w.signer,
    );
    await rewriteLog(path, rows.map(({ envelope }) => envelope).with(decision, forged), operator());

    const report = await verifyAt(path);

    expect(detailOf(report, 'subjects.snapshots')).toContain('is attested for two different identities');
  });

  test('a statement by a retired key, outside its range', async () => {
    const { w } = await openedCampaign(keys);
    const next = p256Signer(generateKey('p256'));
    const deps = { store: w.environment.store, ledger: w.ledger, clock: w.clock };
    const pseudonyms = { of: (personId: string) => personId };
    const successor = createAttestor({ signer: next, pseudonyms, build: 'b' });
    const change = { fromKeyId: w.signer.keyId, toPublicKey: next.publicKeySpki };
    await introduceKey({ ...deps, attestor: w.environment.attestor })({ use: 'attestation', ...change });
    await w.sealAll();
    await retireKey({ ...deps, attestor: successor })(change);
    await w.sealAll();
    const path = join(await freshFolder(), 'rotated');
    await w.export({ by: 'log' }, path);

    const before = await verifyAt(path);
    const rows = await rowsOf(path);
    const envelopes = rows.map(({ envelope }) => envelope);
    await rewriteLog(path, [...envelopes, await signText(JSON.stringify(statementIn(rows[1]!)), w.signer)], {
      keys,
      at: w.clock.now(),
    });
    const after = await verifyAt(path);

    expect(before.checks.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    expect(detailOf(before, 'keys.ranges')).toBe('passed: 3 ranges, 2 transitions.');
    expect(detailOf(after, 'rows.key-range')).toContain(`failed: Row ${rows.length} is signed by key`);
    expect(detailOf(after, 'rows.key-range')).toContain('outside its range');

    await edit(path, 'keys/ranges.json', (text) => text.replace(/,"until":\d+/, ''));
    const widened = await verifyAt(path);
    expect(detailOf(widened, 'keys.ranges')).toContain('but its range goes on');
  });

  test('an envelope with a key smuggled in', async () => {
    const path = await copyOf(good);
    const envelopes = (await rowsOf(path)).map(({ envelope }) => envelope);
    const smuggled = envelopes[2]!.replace('"payload":', '"jwk":{"kty":"EC"},"payload":');
    await rewriteLog(path, envelopes.with(2, smuggled), operator());

    const report = await verifyAt(path);

    expect(detailOf(report, 'rows.envelope')).toMatch(/failed: Row 2: Envelope is not canonical.*jwk/s);
  });

  test('a statement signed by a key that the pack brings along, when the auditor has keys', async () => {
    const path = await copyOf(good);
    const trust = await trustOf(good);
    const stranger = p256Signer(generateKey('p256'));
    const rows = await rowsOf(path);
    const forged = await signText(JSON.stringify(statementIn(rows[2]!)), stranger);
    await rewriteLog(path, rows.map(({ envelope }) => envelope).with(2, forged), operator());
    const pem = `-----BEGIN PUBLIC KEY-----\n${Buffer.from(stranger.publicKeySpki).toString('base64')}\n-----END PUBLIC KEY-----\n`;
    await writeFile(join(path, 'keys', `${stranger.keyId}.pem`), pem);

    const report = await verifyAt(path, { trust });

    expect(detailOf(report, 'keys.origin')).toBe(
      `failed: The pack brings a key you do not trust: ${stranger.keyId}.`,
    );
    expect(detailOf(report, 'rows.signature')).toContain('failed: Row 2 is signed by an unknown key');
  });

  test('duplicated keys in a statement', async () => {
    const path = await copyOf(good);
    const rows = await rowsOf(path);
    const body = JSON.stringify(statementIn(rows[2]!)).replace(
      '{',
      '{"_type":"https://in-toto.io/Statement/v1",',
    );
    const forged = await signText(body, lived.w.signer);
    await rewriteLog(path, rows.map(({ envelope }) => envelope).with(2, forged), operator());

    const report = await verifyAt(path);

    expect(detailOf(report, 'rows.statement')).toContain('failed: Row 2 has a body that reads two ways');
    expect(detailOf(report, 'rows.statement')).toContain('Duplicate key "_type"');
  });

  test('duplicated keys in a line', async () => {
    const path = await copyOf(good);
    await edit(path, 'attestations.jsonl', (text) => text.replace('{"index":0,', '{"index":1,"index":0,'));

    expect(detailOf(await verifyAt(path), 'rows.readable')).toContain(
      'failed: Line 1 of attestations.jsonl: Duplicate key',
    );
  });

  test('a population shrunk after opening', async () => {
    const path = await copyOf(good);
    const [name] = await readdir(join(path, 'populations'));
    await edit(path, `populations/${name}`, (text) => text.slice(text.indexOf('\n') + 1));

    const report = await verifyAt(path);

    expect(detailOf(report, 'campaign.population')).toContain(
      'the population was shrunk from 4 to 3 after opening',
    );
    expect(detailOf(report, 'subjects.files')).toContain('was changed');
  });

  test('a population table that leaves somebody out', async () => {
    const path = await copyOf(good);
    await edit(path, 'population.csv', (text) => text.replace(/[^\n]*silent[^\n]*\n/, ''));

    expect(detailOf(await verifyAt(path), 'campaign.population')).toContain(
      'failed: population.csv is not what follows from the attestations',
    );
  });

  test('counts that do not reconcile', async () => {
    const path = await copyOf(good);
    const [name] = await readdir(join(path, 'reconciliations'));
    await edit(path, `reconciliations/${name}`, (text) =>
      text.replace('"answer":"no-response"', '"answer":"certify"'),
    );

    const report = await verifyAt(path);

    expect(detailOf(report, 'campaign.reconciliation')).toContain(
      'the reconciliation was changed after closing',
    );
    expect(detailOf(report, 'campaign.reconciliation')).toContain(
      'answers certify were attested as 1, but are 2',
    );
    expect(detailOf(report, 'campaign.backed')).toContain(
      'is reconciled as certify, but attested as no-response',
    );
  });

  test('counts signed wrong by the operator himself', async () => {
    const path = await copyOf(good);
    const rows = await rowsOf(path);
    const closing = rows.findIndex((row) => statementIn(row).predicateType.includes('/campaign-closed/'));
    const statement = statementIn(rows[closing]!);
    const answers = { ...(statement.predicate['answers'] as object), certify: 3 };
    const forged = await signText(
      JSON.stringify({ ...statement, predicate: { ...statement.predicate, answers } }),
      lived.w.signer,
    );
    await rewriteLog(path, rows.map(({ envelope }) => envelope).with(closing, forged), operator());

    expect(detailOf(await verifyAt(path), 'campaign.reconciliation')).toContain(
      'answers certify were attested as 3, but are 1',
    );
  });

  test('a stale head', async () => {
    const report = await verifyAt(good, { asOf: plusMs(lived.w.clock.now(), 30 * 3_600_000) });

    expect(detailOf(report, 'log.fresh')).toContain('failed: Stale head');
    expect(report.verdict).toBe('failed');
  });

  test('a head the log never signed', async () => {
    const path = await copyOf(good);
    const foreign = { ...keys, log: generateKey('ed25519') };
    await rewriteLog(
      path,
      (await rowsOf(path)).map(({ envelope }) => envelope),
      { ...operator(), keys: foreign },
    );

    const report = await verifyAt(path);

    expect(detailOf(report, 'log.checkpoint')).toContain(
      'failed: The checkpoint is not signed by a known key',
    );
    expect(detailOf(report, 'log.root')).toContain('failed');
  });

  test('metrics and tables that say something else', async () => {
    const path = await copyOf(good);
    await edit(path, 'metrics.json', (text) => text.replace('"numerator":1', '"numerator":2'));
    await edit(path, 'reviews.csv', (text) => text.replace('no-response', 'certify'));
    await edit(path, 'oscal/assessment-results.json', (text) =>
      text.replace('No response in time', 'Answered: certify'),
    );

    const report = await verifyAt(path);

    expect(detailOf(report, 'metrics.recomputed')).toContain('failed: metrics.json');
    expect(detailOf(report, 'reports.match')).toContain('reviews.csv is not what follows');
    expect(detailOf(report, 'reports.match')).toContain('oscal/assessment-results.json is not what follows');
  });

  test('files renamed to other digests', async () => {
    const path = await copyOf(good);
    const [name] = await readdir(join(path, 'snapshots'));
    await rename(join(path, 'snapshots', name!), join(path, 'snapshots', `${'0'.repeat(64)}.json`));

    const report = await verifyAt(path);

    expect(detailOf(report, 'subjects.snapshots')).toContain('Swapped snapshot');
    expect(detailOf(report, 'subjects.snapshots')).toContain('is missing');
  });
});

describe('what is said when something was not given', () => {
  test('without keys of the auditor’s own the pack is only shown to agree with itself', async () => {
    const report = await verifyAt(good);

    expect(report).toMatchObject({ verdict: 'passed', trusted: false });
    expect(detailOf(report, 'keys.origin')).toContain('not-checked: Key origin NOT CHECKED');
  });

  test('without a witness’s key neither age nor witnessing is claimed', async () => {
    const path = await copyOf(good);
    await writeFile(join(path, 'keys', 'witness.vkey'), '');

    const report = await verifyAt(path);

    for (const id of ['log.witness', 'log.fresh', 'rows.time'] as const) {
      expect(report.checks.find((check) => check.id === id)).toMatchObject({
        verdict: 'not-checked',
        needs: 'witness',
      });
    }
  });

  test('a pack of chosen rows says that completeness was not checked', async () => {
    const path = join(await freshFolder(), 'identity');
    await lived.w.export({ by: 'identity', identityId: KEPT.identityId }, path);

    const report = await verifyAt(path);

    expect(report.checks.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    expect(detailOf(report, 'rows.sequence')).toContain('not-checked: Completeness NOT CHECKED');
  });

  test('an unfinished campaign has nothing reconciled yet', async () => {
    const { w, decide } = await openedCampaign();
    await decide(KEPT, 'certify');
    await w.sealAll();
    const path = join(await freshFolder(), 'open');
    await w.export({ by: 'log' }, path);

    const report = await verifyAt(path);

    expect(report.checks.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    expect(detailOf(report, 'campaign.reconciliation')).toContain('not-checked');
  });
});

test('a world can be sealed before anything happened', async () => {
  const w = await sealedWorld({ identities: [KEPT] });
  const path = join(await freshFolder(), 'empty');

  await expect(w.export({ by: 'log' }, path)).rejects.toThrow('The log is still empty');
});
