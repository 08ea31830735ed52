// A switch-off is proven by the quiet of a whole window of its system's log, and by nothing less.
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ActivityEvent, ActivityReport } from '../../lib/application/ports/connector.ts';
import { predicateTypeOf } from '../../lib/domain/attestation/predicates/registry.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import type { Credential } from '../../lib/domain/identity/credential.ts';
import { HOUR_MS, type Instant, plusDays, plusMs } from '../../lib/domain/time.ts';
import { envelopesOf } from '../support/attested.ts';
import { freshFolder, removeFolders, sealedWorld, verifyAt } from '../support/evidence/sealed-world.ts';
import { answer, bringBack, itemRef, ownedIdentity, storedItem, storedRemoval } from '../support/reviews.ts';
import { keepLog, throttled } from '../support/target-system.ts';
import { MONDAY, type World, world } from '../support/world.ts';

const call = (at: Instant, more: Partial<ActivityEvent> = {}): ActivityEvent => ({
  eventId: `event-${at}`,
  at,
  action: 's3:GetObject',
  caller: 'build-7',
  sourceAddress: '10.0.0.7',
  outcome: 'allowed',
  ...more,
});

const key = (credentialId: string): Credential => ({
  credentialId,
  type: 'access-key',
  status: 'active',
  createdAt: { known: true, value: plusDays(MONDAY, -100), source: 'report' },
  lastRotatedAt: { known: false, lookedIn: ['report'] },
  expiresAt: { known: false, lookedIn: ['report'] },
  lastUse: { state: 'used', at: plusDays(MONDAY, -1), source: 'report' },
});

/** One identity, revoked by its owner Ada on Monday morning, in a system that keeps this log. */
async function switchedOff(
  events: ActivityEvent[] | undefined,
  enforcement: DefinitionInput['enforcement'] = {},
) {
  const one = ownedIdentity('one', 'ada');
  const w = await world({
    identities: [one],
    lenient: true,
    definition: { enforcement: { defaultMode: 'armed', ...enforcement } },
  });
  if (events) keepLog(w.target, new Map([[one.identityId, events]]));
  const ref = itemRef(await w.open(), one);
  await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
  await w.until(plusMs(MONDAY, 6 * HOUR_MS));
  const { executedAt } = await storedRemoval(w, ref);
  if (executedAt === undefined) throw new Error('not switched off');
  return { w, one, ref, executedAt };
}

/** From now on every reading of the log says this besides. */
function logSays(w: World, more: Partial<ActivityReport>): void {
  const { connector } = w.target;
  const { activity } = connector;
  if (!activity) throw new Error('no log');
  connector.activity = async (...asked) => ({ ...(await activity(...asked)), ...more });
}

const levelOf = async (w: World, ref: Parameters<typeof storedRemoval>[1]) =>
  (await storedRemoval(w, ref)).verification?.level;

async function closedWindows({ environment: { store } }: World) {
  return (await envelopesOf(store))
    .filter(({ predicateType }) => predicateType === predicateTypeOf('observation-closed'))
    .map(({ predicate }) => predicate);
}

const missed = (w: World) => w.sent.filter(({ body }) => 'text' in body && body.text.includes('still tries'));

describe('a switch-off', () => {
  test('is proven once a week of its log is over and quiet, not before, and that is attested once', async () => {
    const { w, ref, executedAt } = await switchedOff([]);

    await w.until(plusDays(executedAt, 6.9));
    expect(await levelOf(w, ref)).toBe('confirmed');
    await w.until(plusDays(executedAt, 12));

    const { verification, observation } = await storedRemoval(w, ref);
    expect(verification?.level).toBe('proven');
    expect(verification?.reasons.join()).toContain('a log of tests');
    expect(observation).toMatchObject({ source: 'a log of tests', classes: ['calls'], laterUses: 0 });
    const windows = await closedWindows(w);
    expect(windows).toHaveLength(1);
    expect(windows[0]).toMatchObject({
      source: 'a log of tests',
      classes: ['calls'],
      lagMinutes: 0,
      laterUses: 0,
    });
    expect(String(windows[0]?.['until']) >= plusDays(String(windows[0]?.['from']) as Instant, 7)).toBe(true);
  });

  test('is never proven where there is no log', async () => {
    const { w, ref } = await switchedOff(undefined);

    await w.until(plusDays(MONDAY, 20));

    expect(await levelOf(w, ref)).toBe('confirmed');
    expect((await storedRemoval(w, ref)).observation).toBeUndefined();
  });

  test('is proven as soon as its definition says, and what the log may still bring is waited for', async () => {
    const { w, ref, executedAt } = await switchedOff([], { proofWindowDays: 2 });
    logSays(w, { lagMinutes: 26 * 60 });

    await w.until(plusDays(executedAt, 3));
    expect(await levelOf(w, ref)).toBe('confirmed');

    await w.until(plusDays(executedAt, 5));
    expect(await levelOf(w, ref)).toBe('proven');
  });

  test.each([
    [
      'partly read',
      { completeness: 'partial', gap: 'one Region did not answer' },
      'one Region did not answer',
    ],
    ['that begins late', { from: plusDays(MONDAY, 3) }, 'it begins at'],
    [
      'that does not say what was let through',
      { events: [call(plusDays(MONDAY, 3), { outcome: 'unknown' })] },
      '1 call',
    ],
  ] as const)('is not proven by a log %s, and the reason is said', async (_, more, reason) => {
    const { w, ref } = await switchedOff([]);
    logSays(w, more);

    await w.until(plusDays(MONDAY, 12));

    const { verification } = await storedRemoval(w, ref);
    expect(verification?.level).toBe('confirmed');
    expect(verification?.reasons.join()).toContain(reason);
  });

  test('is not proven while its log cannot be read, and is when that is over', async () => {
    const { w, ref } = await switchedOff([]);
    w.target.failActivity = throttled();
    await w.until(plusDays(MONDAY, 12));
    const { verification } = await storedRemoval(w, ref);
    expect(verification?.level).toBe('confirmed');
    expect(verification?.reasons.join()).toContain('could not be read');

    w.target.failActivity = undefined;
    await w.until(plusDays(MONDAY, 14));

    expect(await levelOf(w, ref)).toBe('proven');
  });

  test('is not proven when nobody could read back that it is off', async () => {
    const { w, ref } = await switchedOff([]);
    w.target.connector.verify = async () => ({
      level: 'unchecked',
      reasons: ['not allowed to look'],
      sessionsMayLiveUntil: undefined,
      drifted: false,
    });

    await w.until(plusDays(MONDAY, 12));

    expect(await levelOf(w, ref)).toBe('unchecked');
  });
});

describe('a call after the switch-off', () => {
  test('that was let through means that it failed: the question is open again, and owner and security know', async () => {
    const events: ActivityEvent[] = [];
    const { w, ref, executedAt } = await switchedOff(events);
    events.push(call(plusDays(executedAt, 2.5)));

    await w.until(plusDays(executedAt, 5));

    const { verification, observation } = await storedRemoval(w, ref);
    expect(verification?.level).toBe('failed');
    expect(observation?.laterUses).toBe(1);
    expect((await storedItem(w, ref)).state).toBe('open');
    const told = w.sent.filter(({ body }) => body.purpose === 'drift');
    expect(told.map(({ to }) => to.personId)).toEqual(expect.arrayContaining(['ada', 'sam']));
    expect(new Set(told.map(({ to }) => to.personId)).size).toBe(told.length);
    expect(await closedWindows(w)).toEqual([expect.objectContaining({ laterUses: 1 })]);
  });

  test('takes back what was proven', async () => {
    const events: ActivityEvent[] = [];
    const { w, ref, executedAt } = await switchedOff(events);
    await w.until(plusDays(executedAt, 10));
    expect(await levelOf(w, ref)).toBe('proven');

    events.push(call(plusDays(executedAt, 11.5)));
    await w.until(plusDays(executedAt, 15));

    expect(await levelOf(w, ref)).toBe('failed');
    expect(new Set((await closedWindows(w)).map(({ laterUses }) => laterUses))).toEqual(new Set([0, 1]));
  });

  test('that was refused is no use; its owner hears once a week who tried, and can bring it back', async () => {
    const events: ActivityEvent[] = [];
    const { w, ref, executedAt } = await switchedOff(events);
    events.push(call(plusDays(executedAt, 1.5), { outcome: 'refused' }));
    events.push(call(plusDays(executedAt, 2.5), { outcome: 'refused' }));

    await w.until(plusDays(executedAt, 10));

    expect(await levelOf(w, ref)).toBe('proven');
    expect(missed(w)).toHaveLength(1);
    expect(missed(w)[0]).toMatchObject({ to: { personId: 'ada' } });
    expect(JSON.stringify(missed(w)[0]?.body)).toContain('build-7 (10.0.0.7)');
    const { removalId } = await storedRemoval(w, ref);
    await bringBack(w, ref, removalId, 'ada');
    expect((await storedRemoval(w, ref)).state).toBe('restored');
  });

  test('with another credential is about that one', async () => {
    const one = ownedIdentity('one', 'ada', { credentials: [key('k1'), key('k2')] });
    const w = await world({ identities: [one], definition: { enforcement: { defaultMode: 'armed' } } });
    const events: ActivityEvent[] = [];
    keepLog(w.target, new Map([[one.identityId, events]]));
    const { manifest } = w.target.connector;
    Object.assign(manifest.capabilities.disable, {
      'access-key': { how: 'automatic', description: 'a switch' },
    });
    const ref = itemRef(await w.open(), one);
    await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone', credentialIds: ['k1'] });
    await w.until(plusMs(MONDAY, 6 * HOUR_MS));
    events.push(call(plusDays(MONDAY, 2), { credentialId: 'k2' }));

    await w.until(plusDays(MONDAY, 12));

    expect(await levelOf(w, ref)).toBe('proven');
  });
});

describe('quarantine', () => {
  test('lasts twice the longest time between two uses that the log knows of', async () => {
    const { w, ref, executedAt } = await switchedOff([
      call(plusDays(MONDAY, -80)),
      call(plusDays(MONDAY, -35)),
      call(plusDays(MONDAY, -1)),
    ]);

    await w.until(plusDays(MONDAY, 2));

    expect((await storedRemoval(w, ref)).quarantineUntil).toBe(plusDays(executedAt, 90));
  });
});

describe('a pack of evidence', () => {
  afterAll(removeFolders);

  test('holds together when a switch-off was proven after its campaign had closed', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await sealedWorld({
      identities: [one],
      definition: { enforcement: { defaultMode: 'armed', proofWindowDays: 55, quarantineDays: 90 } },
    });
    keepLog(w.target, new Map([[one.identityId, []]]));
    const { campaignId } = await w.openSealed();
    const ref = itemRef({ campaignId }, one);
    await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
    await w.live(plusDays(MONDAY, 58));
    expect(await w.environment.store.get('campaign', { campaignId })).toMatchObject({ state: 'closed' });
    expect(await levelOf(w, ref)).toBe('proven');

    const path = join(await freshFolder(), 'pack');
    await w.export({ by: 'log' }, path);

    const { checks } = await verifyAt(path);
    expect(checks.find(({ id }) => id === 'campaign.backed')).toMatchObject({ verdict: 'passed' });
    expect(checks.find(({ id }) => id === 'campaign.reconciliation')).toMatchObject({ verdict: 'passed' });
  });
});
