import { describe, expect, test } from 'vitest';
import { cancelRemoval, retryRemoval } from '../../lib/application/cancel-removal.ts';
import { findRemoval } from '../../lib/application/list-removals.ts';
import type { RemovalDeps } from '../../lib/application/removal/workbench.ts';
import { showRemoval } from '../../lib/application/show-removal.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import { RefusedError } from '../../lib/domain/errors.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { paintFor } from '../../lib/presentation/terminal/paint.ts';
import { removalPageText } from '../../lib/presentation/terminal/removal-page.ts';
import { answer, itemRef, ownedIdentity, storedItem, storedRemoval } from '../support/reviews.ts';
import { MONDAY, type World, world } from '../support/world.ts';

const depsOf = ({ environment, collect, tell }: World): RemovalDeps => ({ environment, collect, tell });

const look = { paint: paintFor({ isTerminal: false, env: {} }), now: MONDAY, timeZone: 'UTC' };

/** One identity that Ada revoked; nothing was done yet. */
async function revoked(enforcement: DefinitionInput['enforcement'] = {}) {
  const one = ownedIdentity('one', 'ada');
  const w = await world({
    identities: [one],
    lenient: true,
    definition: { enforcement: { defaultMode: 'armed', ...enforcement } },
  });
  const ref = itemRef(await w.open(), one);
  await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
  return { w, one, ref };
}

let acts = 0;
const say = (
  w: World,
  { identityKey, removalId }: Pick<Awaited<ReturnType<typeof storedRemoval>>, 'identityKey' | 'removalId'>,
  personId: string,
  use: typeof cancelRemoval,
) => {
  acts += 1;
  const key = { identityKey, removalId };
  return use(depsOf(w))({ key, reason: 'a reason', who: w.who(personId), actId: `word-${acts}` });
};

/** As revoked; the provider refuses after the first half was switched off. */
async function failedHalfway() {
  const given = await revoked();
  const { w, ref } = given;
  const error = new RefusedError({ code: 'CONFLICT', message: 'one key of two is off' });
  w.target.failDisable = { error, after: true };
  await w.until(plusDays(MONDAY, 1));
  const removal = await storedRemoval(w, ref);
  expect(removal).toMatchObject({ state: 'failed', preImage: { wasEnabled: true } });
  return { ...given, removal };
}

describe('a removal that is cancelled', () => {
  test('never acts, says who cancelled it, and has the question asked again', async () => {
    const { w, one, ref } = await revoked();

    const { text } = await say(w, await storedRemoval(w, ref), 'max', cancelRemoval);
    await w.until(plusDays(MONDAY, 2));

    expect(text).toBe('one will not be switched off by this removal; its review is open again.');
    expect((await storedRemoval(w, ref)).state).toBe('cancelled');
    expect((await storedItem(w, ref)).state).toBe('open');
    expect(w.target.enabled.get(one.identityId)).toBe(true);
  });

  test('is not cancelled by whoever answers for it, nor by just anybody', async () => {
    const { w, ref } = await revoked();
    const removal = await storedRemoval(w, ref);

    await expect(say(w, removal, 'ada', cancelRemoval)).rejects.toMatchObject({ code: 'SECOND_PERSON' });
    await expect(say(w, removal, 'bob', cancelRemoval)).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    expect((await storedRemoval(w, ref)).state).toBe('planned');
  });

  test('cannot be one that was switched off, or failed in part: that is brought back', async () => {
    const { w, removal } = await failedHalfway();

    await expect(say(w, removal, 'max', cancelRemoval)).rejects.toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      message: expect.stringContaining('removals restore'),
    });
  });

  test('sent twice under one id counts once', async () => {
    const { w, ref } = await revoked();
    const { identityKey, removalId } = await storedRemoval(w, ref);
    const word = { key: { identityKey, removalId }, reason: 'r', who: w.who('max'), actId: 'the-same' };

    const first = await cancelRemoval(depsOf(w))(word);
    const second = await cancelRemoval(depsOf(w))(word);

    expect(second.text).toBe(first.text);
  });
});

describe('a removal that failed', () => {
  test('is tried again, and what is restored is the state before the first try', async () => {
    const { w, one, ref, removal } = await failedHalfway();
    expect(w.target.enabled.get(one.identityId)).toBe(false);

    await say(w, removal, 'max', retryRemoval);
    await w.settle();
    const again = await storedRemoval(w, ref);
    await w.actions.undo({ ...again, wrong: false, reason: 'needed', who: w.who('ada'), actId: 'back' });

    expect(again).toMatchObject({ state: 'quarantined', preImage: removal.preImage });
    expect(again.failure).toBeUndefined();
    expect(w.target.enabled.get(one.identityId)).toBe(true);
  });

  test('is not tried again by whoever answers for it, and nothing else is tried again', async () => {
    const { w, removal } = await failedHalfway();
    const other = await revoked();

    await expect(say(w, removal, 'ada', retryRemoval)).rejects.toMatchObject({ code: 'SECOND_PERSON' });
    await expect(
      say(other.w, await storedRemoval(other.w, other.ref), 'max', retryRemoval),
    ).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  });
});

describe('a removal that was wrong', () => {
  const wrongly = async () => {
    const given = await revoked();
    const { w, ref } = given;
    await w.until(plusDays(MONDAY, 1));
    const removal = await storedRemoval(w, ref);
    const asked = { ...removal, reason: 'payments stopped', wrong: true };
    await w.actions.undo({ ...asked, who: w.who('ada'), actId: 'wrong' });
    return { ...given, removal };
  };

  test('is marked so, and sends its connector and tier back to shadow', async () => {
    const { w, ref, removal } = await wrongly();
    const switchId = `shadow/${removal.connector}/${removal.tier}` as const;

    expect(await storedRemoval(w, ref)).toMatchObject({
      state: 'restored',
      wrong: { by: 'ada', why: 'payments stopped' },
    });
    expect(await w.environment.store.get('switch', { switchId })).toMatchObject({ stopped: true, by: 'ada' });
  });

  test('is shown with everything that happened', async () => {
    const { w, removal } = await wrongly();

    const shown = await showRemoval(w.environment)(removal.removalId);
    const text = removalPageText(shown, look);

    expect(shown).toMatchObject({
      restorable: false,
      preImageDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(shown.moments.map(({ what }) => what)).toEqual([
      expect.stringContaining('planned because of revoked'),
      'the state before was read and stored',
      'switched off',
      expect.stringContaining('confirmed'),
      'brought back by ada',
      'called wrong by ada: payments stopped',
    ]);
    expect(text).toContain('called wrong by ada: payments stopped');
    expect(text).toContain('read back off');
  });

  test('brought back without that word leaves the trust as it is', async () => {
    const { w, ref } = await revoked();
    await w.until(plusDays(MONDAY, 1));
    const removal = await storedRemoval(w, ref);
    await w.actions.undo({ ...removal, wrong: false, reason: 'needed', who: w.who('ada'), actId: 'plain' });
    const switchId = `shadow/${removal.connector}/${removal.tier}` as const;

    expect((await storedRemoval(w, ref)).wrong).toBeUndefined();
    expect(await w.environment.store.get('switch', { switchId })).toBeUndefined();
  });
});

describe('a removal by its id', () => {
  test('is found without reading on, and only in the campaign that is named', async () => {
    const { w, ref } = await revoked();
    const { removalId, campaignId } = await storedRemoval(w, ref);
    const { store } = w.environment;

    expect(await findRemoval(w.environment, removalId)).toMatchObject({ removalId });
    expect(await findRemoval({ store }, removalId, campaignId)).toMatchObject({ removalId });
    await expect(findRemoval({ store }, removalId, 'another')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(findRemoval({ store }, 'rm-none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('tasks for people', () => {
  test('count against the caps like what is switched off automatically', async () => {
    const agents = ['a1', 'a2', 'a3'].map((name) => ownedIdentity(name, 'ada', { kind: 'ai-agent' }));
    const w = await world({
      identities: agents,
      lenient: true,
      definition: { enforcement: { defaultMode: 'armed', caps: [{ per: 'campaign', count: 1 }] } },
    });
    const campaign = await w.open();
    const refs = agents.map((each) => itemRef(campaign, each));
    for (const ref of refs) await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
    await w.until(plusDays(MONDAY, 2));

    const removals = await Promise.all(refs.map((ref) => storedRemoval(w, ref)));

    expect(removals.map(({ state }) => state).toSorted()).toEqual(['held', 'held', 'manual-open']);
    expect(removals.find(({ state }) => state === 'held')?.holds[0]?.code).toBe('blast-radius');
  });
});
