import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRow } from '../../../lib/adapters/dynamodb/row-codec.ts';
import { openLedger } from '../../../lib/application/ledger/read-ledger.ts';
import type { Campaign } from '../../../lib/domain/campaign/campaign.ts';
import { CampaignId } from '../../../lib/domain/campaign/campaign.ts';
import { identityKeyOf } from '../../../lib/domain/identity/identity-id.ts';
import { plusDays } from '../../../lib/domain/time.ts';
import { itemRef, storedItem } from '../../support/reviews.ts';
import { answer, HALF_OPENED, REVIEWED, STEP_MS, UNDER_WAY } from '../../support/upgrade/mid-flight.ts';
import { goOnFrom, type Recording, readRecording, writeRecording } from '../../support/upgrade/recording.ts';
import { openTables, type Tables } from '../../support/upgrade/tables.ts';
import { MONDAY } from '../../support/world.ts';

const FOLDER = 'test/fixtures/upgrade';
const recorded = (await readdir(FOLDER)).filter((file) => file.endsWith('.jsonl'));

test('at least one release is on record', () => {
  expect(recorded).toContain('28e939f.jsonl');
});

async function recordNow(): Promise<Recording> {
  const folder = await mkdtemp(join(tmpdir(), 'recording-'));
  try {
    await writeRecording(join(folder, 'now.jsonl'));
    return await readRecording(join(folder, 'now.jsonl'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Recordings of releases, and one made of today's code: so that the way to record stays open. */
const releases: readonly (readonly [string, () => Promise<Recording>])[] = [
  ...recorded.map((file) => [file, () => readRecording(join(FOLDER, file))] as const),
  ['this release', recordNow],
];

describe.each(releases)('what %s stored', (_name, read) => {
  let recording: Recording;
  let tables: Tables;
  let w: Awaited<ReturnType<typeof goOnFrom>>;
  beforeAll(async () => {
    recording = await read();
    tables = await openTables({ now: () => MONDAY });
    w = await goOnFrom(recording, tables);
  });
  afterAll(() => tables.close());

  const campaign = async (campaignId: string): Promise<Campaign> => {
    const found = await w.environment.store.get('campaign', { campaignId: CampaignId.parse(campaignId) });
    if (!found) throw new Error(`no campaign ${campaignId}`);
    return found;
  };

  test('is read record by record', () => {
    const kinds = recording.rows.reviews.map((row) => readRow(row)?.kind);
    for (const kind of ['campaign', 'item', 'docket', 'notice', 'removal', 'exception', 'promise', 'inbox'])
      expect(kinds).toContain(kind);
  });

  test('holds the answers people gave, and what came of them', async () => {
    const { kept, revoked, brought, promised, excepted, critical, silent } = REVIEWED;
    const states = [];
    for (const identity of [kept, revoked, brought, promised, excepted, critical, silent]) {
      const { state, decision } = await storedItem(w, itemRef({ campaignId: UNDER_WAY }, identity));
      states.push([identity.name, state, decision?.verdict, decision?.awaitingSecond]);
    }
    expect(states).toEqual([
      ['kept', 'answered', 'certify', undefined],
      ['revoked', 'removing', 'revoke', undefined],
      ['brought-back', 'open', undefined, undefined],
      ['promised', 'answered', 'reduce', undefined],
      ['excepted', 'answered', 'except', undefined],
      ['critical', 'answered', 'certify', true],
      ['silent', 'open', undefined, undefined],
    ]);
  });

  test('opens what the power cut left opening, by itself', async () => {
    expect((await campaign(HALF_OPENED)).state).toBe('opening');
    await w.until(plusDays(recording.recordedAt, 0.1));
    const opened = await campaign(HALF_OPENED);
    expect(opened.state).toBe('open');
    expect(opened.counts).toEqual({ considered: 9, included: 9, excluded: 0, dockets: 3 });
  });

  test('takes answers, second persons and undos as before', async () => {
    const ref = itemRef({ campaignId: UNDER_WAY }, REVIEWED.late);
    await answer(w, ref, 'ben', { verdict: 'certify', reason: 'still needed' });
    expect((await storedItem(w, ref)).decision?.verdict).toBe('certify');

    const critical = itemRef({ campaignId: UNDER_WAY }, REVIEWED.critical);
    const [waiting] = (await w.actions.desk('rita')).approvals.filter(
      ({ campaignId, identityKey }) => campaignId === UNDER_WAY && identityKey === critical.identityKey,
    );
    if (!waiting) throw new Error('nothing waits for the second person');
    await w.actions.approve({
      kind: waiting.kind,
      ...critical,
      id: waiting.id,
      agree: true,
      reason: 'agreed',
      who: w.who('rita'),
      actId: 'second',
    });
    const { decision } = await storedItem(w, critical);
    expect([decision?.verdict, decision?.awaitingSecond ?? false]).toEqual(['certify', false]);

    const [removal] = await w.environment.store.removalsOf(identityKeyOf(REVIEWED.revoked.identityId));
    await w.actions.undo({
      identityKey: identityKeyOf(REVIEWED.revoked.identityId),
      removalId: removal?.removalId ?? '',
      reason: 'not replaced after all',
      who: w.who('ada'),
      actId: 'undo after the upgrade',
    });
    expect(w.target.enabled.get(REVIEWED.revoked.identityId)).toBe(true);
  });

  test('goes on to its end: silence switches off, and both campaigns close', async () => {
    const { closeBy } = await campaign(HALF_OPENED);
    await w.until(plusDays(closeBy, 2), 4 * STEP_MS);
    expect(w.failures).toEqual([]);
    expect(w.target.disables).toContain(REVIEWED.silent.identityId);
    for (const campaignId of [UNDER_WAY, HALF_OPENED]) {
      const { state, reconciliationDigest } = await campaign(campaignId);
      expect([campaignId, state]).toEqual([campaignId, 'closed-with-findings']);
      expect(reconciliationDigest).toMatch(/^[0-9a-f]{64}$/);
    }
  }, 120_000);

  test('is one log with what was attested since', async () => {
    const { store } = w.environment;
    const before = await openLedger({ store, ledger: w.ledger });
    await w.sealAll();
    const after = await openLedger({ store, ledger: w.ledger });
    expect(before.head.size).toBeGreaterThan(0);
    expect(after.head.size).toBeGreaterThan(before.head.size);
    expect(await after.proveConsistency(before.head.size, after.head.size)).not.toEqual([]);
  });
});
