import { describe, expect, test } from 'vitest';
import { turnPart } from '../../lib/application/enforcement/back-to-shadow.ts';
import { noteEvent } from '../../lib/application/events/raise-event.ts';
import type { VerificationResult } from '../../lib/application/ports/connector.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import { RefusedError, UpstreamError } from '../../lib/domain/errors.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { answer, bringBack, itemRef, ownedIdentity, storedItem, storedRemoval } from '../support/reviews.ts';
import { MONDAY, type World, world } from '../support/world.ts';

/** One identity, revoked by its owner Ada and switched off, seen two days later. */
async function switchedOff(enforcement: DefinitionInput['enforcement'] = {}) {
  const one = ownedIdentity('one', 'ada');
  const w = await world({
    identities: [one],
    lenient: true,
    definition: { enforcement: { defaultMode: 'armed', deleteAfterQuarantine: true, ...enforcement } },
  });
  const ref = itemRef(await w.open(), one);
  await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
  await w.until(plusDays(MONDAY, 2));
  return { w, one, ref };
}

/** From now on every look finds this. */
function finds(w: World, found: Partial<VerificationResult>): void {
  w.target.connector.verify = async () => ({
    level: 'confirmed',
    reasons: ['read back off'],
    sessionsMayLiveUntil: undefined,
    drifted: false,
    ...found,
  });
}

async function stop(w: World): Promise<void> {
  await w.environment.store.commit([
    {
      kind: 'switch',
      previous: undefined,
      record: {
        schemaVersion: 1,
        version: 1,
        switchId: 'enforcement',
        stopped: true,
        by: 'sam',
        at: w.clock.now(),
        reason: 'something is wrong',
      },
    },
  ]);
}

const toldOf = (w: World, purpose: string) => w.sent.filter(({ body }) => body.purpose === purpose);

describe('at the end of quarantine', () => {
  test('what is known to be off is deleted where the definition says so', async () => {
    const { w, ref } = await switchedOff();

    await w.until(plusDays(MONDAY, 40));

    expect((await storedRemoval(w, ref)).state).toBe('deleted');
  });

  test.each([
    { how: 'manual-task', description: 'a person deletes it' },
    { how: 'unsupported', reason: 'it is deleted where it is defined' },
  ] as const)('what the connector cannot delete by itself ($how) stays switched off', async (capability) => {
    const { w, one, ref } = await switchedOff();
    const { manifest } = w.target.connector;
    Object.assign(manifest.capabilities, { remove: { [one.kind]: capability } });

    await w.until(plusDays(MONDAY, 40));

    expect((await storedRemoval(w, ref)).state).toBe('quarantined');
    expect(w.target.enabled.has(one.identityId)).toBe(true);
  });

  test('nothing is deleted while everything is stopped, and it is when it goes on', async () => {
    const { w, ref } = await switchedOff();
    await stop(w);

    await w.until(plusDays(MONDAY, 40));
    expect((await storedRemoval(w, ref)).state).toBe('quarantined');

    const record = await w.environment.store.get('switch', { switchId: 'enforcement' });
    if (!record) throw new Error('no switch');
    await w.environment.store.commit([
      { kind: 'switch', previous: record, record: { ...record, version: 2, stopped: false } },
    ]);
    await w.until(plusDays(MONDAY, 41));
    expect((await storedRemoval(w, ref)).state).toBe('deleted');
  });

  test('nothing is deleted while its connector is back in shadow, and it is once two people have armed it', async () => {
    const { w, ref } = await switchedOff();
    const { connector, tier } = await storedRemoval(w, ref);
    const turn = turnPart(w.environment);
    await turn({ connector, tier }, { act: 'disarm', reason: 'one was wrong' }, w.who('sam'));

    await w.until(plusDays(MONDAY, 40));
    expect((await storedRemoval(w, ref)).state).toBe('quarantined');

    await turn({ connector, tier }, { act: 'arm', reason: 'looked into', approverId: 'max' }, w.who('sam'));
    await w.until(plusDays(MONDAY, 42));
    expect((await storedRemoval(w, ref)).state).toBe('deleted');
  });

  test('nothing is deleted in a freeze', async () => {
    const { w, ref } = await switchedOff({
      freezes: [{ from: plusDays(MONDAY, 20), until: plusDays(MONDAY, 60), reason: 'year end' }],
    });

    await w.until(plusDays(MONDAY, 59));
    expect((await storedRemoval(w, ref)).state).toBe('quarantined');

    await w.until(plusDays(MONDAY, 61));
    expect((await storedRemoval(w, ref)).state).toBe('deleted');
  });

  test.each(['failed', 'unchecked'] as const)('what is %s is not deleted', async (level) => {
    const { w, ref } = await switchedOff();
    finds(w, { level, reasons: ['nobody could tell'] });

    await w.until(plusDays(MONDAY, 60));

    const removals = await w.environment.store.removalsOf(ref.identityKey);
    expect(removals.map(({ state }) => state)).not.toContain('deleted');
    expect(w.target.enabled.size).toBe(1);
  });

  test('what became protected meanwhile is not deleted', async () => {
    const { w, one, ref } = await switchedOff({
      protect: [{ where: 'identity.tags["keep"] == "yes"', reason: 'the board asked for it' }],
    });
    w.target.identities = [{ ...one, tags: { ...one.tags, keep: 'yes' } }];
    await w.collect('aws-iam');

    await w.until(plusDays(MONDAY, 60));

    expect((await storedRemoval(w, ref)).state).toBe('quarantined');
  });

  test('what stays switched off goes on being looked at', async () => {
    const { w, ref } = await switchedOff({ deleteAfterQuarantine: false });

    await w.until(plusDays(MONDAY, 50));
    const before = (await storedRemoval(w, ref)).verification?.checks ?? 0;
    await w.until(plusDays(MONDAY, 70));

    expect((await storedRemoval(w, ref)).verification?.checks).toBeGreaterThan(before);
  });
});

describe('what does not hold', () => {
  test('used after it was switched off: the question is open again, and owner, manager and security know', async () => {
    const { w, ref } = await switchedOff();
    finds(w, { level: 'failed', reasons: ['it was used after it was switched off'] });

    await w.until(plusDays(MONDAY, 6));

    expect((await storedRemoval(w, ref)).verification?.level).toBe('failed');
    expect((await storedItem(w, ref)).round).toBe(1);
    const told = toldOf(w, 'drift').map(({ to }) => to.personId);
    expect(told).toEqual(expect.arrayContaining(['ada', 'max', 'sam']));
    expect(new Set(told).size).toBe(told.length);
  });

  test('it is said once, and again only when it is on again after it was off', async () => {
    const { w, one, ref } = await switchedOff();
    w.target.enabled.set(one.identityId, true);
    await w.until(plusDays(MONDAY, 5));
    const first = await storedRemoval(w, ref);
    expect(first.driftedAt).toBeDefined();
    const once = toldOf(w, 'drift').length;

    w.target.enabled.set(one.identityId, false);
    await w.until(plusDays(MONDAY, 7));
    expect((await storedRemoval(w, ref)).driftEndedAt).toBeDefined();
    expect(toldOf(w, 'drift')).toHaveLength(once);

    w.target.enabled.set(one.identityId, true);
    await w.until(plusDays(MONDAY, 9));
    const again = await storedRemoval(w, ref);
    expect(again.driftEndedAt).toBeUndefined();
    expect(toldOf(w, 'drift').length).toBeGreaterThan(once);
  });
});

describe('after its campaign is closed', () => {
  test('what is found on again wants another review', async () => {
    const { w, one, ref } = await switchedOff({ quarantineDays: 120 });
    await w.until(plusDays(MONDAY, 75));
    w.target.enabled.set(one.identityId, true);

    await w.until(plusDays(MONDAY, 76));

    const { driftedAt, removalId, identityKey, verification } = await storedRemoval(w, ref);
    expect(driftedAt).toBeDefined();
    const noted = noteEvent({
      event: 'drift',
      identityKey,
      cause: '',
      at: driftedAt ?? MONDAY,
      occasion: `${removalId}/${verification?.checks ?? 0}`,
    });
    const { eventId } = noted.record;
    expect(await w.environment.store.get('event', { identityKey, eventId })).toMatchObject({
      event: 'drift',
    });
  });
});

describe('bringing back', () => {
  test('is finished by the next check when it was cut off after it took effect', async () => {
    const { w, one, ref } = await switchedOff();
    const { removalId } = await storedRemoval(w, ref);
    const { connector } = w.target;
    const { restore } = connector;
    connector.restore = async (target, preImage) => {
      await restore(target, preImage);
      connector.restore = restore;
      throw new UpstreamError({ code: 'TIMEOUT', provider: 'aws-iam', retryable: true, message: 'lost' });
    };

    await expect(bringBack(w, ref, removalId, 'ada')).rejects.toThrow('lost');
    await w.until(plusDays(MONDAY, 3));

    expect(await storedRemoval(w, ref)).toMatchObject({ state: 'restored', restoredBy: 'ada' });
    expect(w.target.enabled.get(one.identityId)).toBe(true);
    expect(toldOf(w, 'drift')).toEqual([]);
  });

  test('that the system refuses leaves the removal as it is, and the checks go on', async () => {
    const { w, ref } = await switchedOff();
    const { removalId } = await storedRemoval(w, ref);
    const { connector } = w.target;
    connector.restore = async () => {
      throw new RefusedError({ code: 'NOT_SUPPORTED', message: 'It was deleted by hand.' });
    };

    await expect(bringBack(w, ref, removalId, 'ada')).rejects.toThrow('It was deleted by hand.');
    await w.until(plusDays(MONDAY, 5));

    const removal = await storedRemoval(w, ref);
    expect(removal).toMatchObject({ state: 'quarantined', failure: 'It was deleted by hand.' });
    expect(removal.restoring).toBeUndefined();
    expect((removal.verification?.at ?? '') > plusDays(MONDAY, 3)).toBe(true);
  });
});
