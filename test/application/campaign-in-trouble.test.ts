import { describe, expect, test } from 'vitest';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { HOUR_MS, plusDays, plusMs } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity, storedItem, storedRemoval } from '../support/reviews.ts';
import { MONDAY, PEOPLE, person, TEAMS, type World, world } from '../support/world.ts';

const campaignNow = async (w: World, campaignId: string) => {
  const campaign = await w.environment.store.get('campaign', { campaignId } as never);
  if (!campaign) throw new Error('no campaign');
  return campaign;
};

describe('a campaign', () => {
  test('whose opening ended half-way is opened by time itself', async () => {
    const w = await world({ identities: [ownedIdentity('one', 'ada')] });
    const { store } = w.environment;
    const { putNew } = store;
    store.putNew = async (kind, records) => {
      if (kind === 'item') throw new Error('the power went out');
      return putNew(kind, records);
    };
    await expect(w.open()).rejects.toThrow('the power went out');
    store.putNew = putNew;
    await w.until(plusMs(MONDAY, 2 * HOUR_MS), HOUR_MS / 12);
    const [campaign] = await store.campaigns();
    expect(campaign).toMatchObject({ state: 'open', counts: { included: 1, dockets: 1 } });
    await w.until(plusMs(MONDAY, 5 * HOUR_MS));
    expect(w.sent.length).toBeGreaterThan(0);
  });

  test('lapses what a lost message left open, the next day', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    await w.until(plusMs(campaign.graceEndsAt, -HOUR_MS), 6 * HOUR_MS);
    w.faults.dropWork = ({ work }) => work === 'lapse-docket';
    await w.until(plusMs(campaign.graceEndsAt, 2 * HOUR_MS));
    w.faults.dropWork = undefined;
    expect((await storedItem(w, itemRef(campaign, one))).state).toBe('open');
    await w.until(plusDays(campaign.graceEndsAt, 2));
    expect(w.target.disables).toHaveLength(1);
  });

  test('tells its findings although the first message was lost', async () => {
    const w = await world({ identities: [ownedIdentity('orphan', '')], lenient: true });
    const campaign = await w.open();
    await w.until(plusMs(campaign.closeBy, -HOUR_MS), 12 * HOUR_MS);
    w.faults.failSend = ({ body }) => {
      if (body.purpose !== 'findings') return undefined;
      w.faults.failSend = undefined;
      return new UpstreamError({ code: 'TIMEOUT', provider: 'slack', retryable: true, message: 'lost' });
    };
    await w.until(plusDays(campaign.closeBy, 1));
    expect(w.sent.filter(({ body }) => body.purpose === 'findings')).toHaveLength(1);
    expect((await campaignNow(w, campaign.campaignId)).nextDueAt).toBeUndefined();
  });

  test('is never extended backwards', async () => {
    const w = await world({ identities: [ownedIdentity('one', 'ada')] });
    const campaign = await w.open();
    for (const days of [-3, 0, 1.5, Number.NaN, 10_000]) {
      await expect(
        w.steerCampaign(campaign.campaignId, { act: 'extend', days, reason: 'x' }, w.who('max')),
      ).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    }
    const extended = await w.steerCampaign(
      campaign.campaignId,
      { act: 'extend', days: 7, reason: 'holidays' },
      w.who('max'),
    );
    expect(extended.dueAt).toBe(plusDays(campaign.dueAt, 7));
    await w.until(plusDays(campaign.graceEndsAt, 1), 6 * HOUR_MS);
    expect(w.target.disables).toEqual([]);
    await w.until(plusDays(campaign.graceEndsAt, 9), 6 * HOUR_MS);
    expect(w.target.disables).toHaveLength(1);
  });

  test('held and cancelled switches nothing off any more, not even what was held', async () => {
    const [one, two] = [ownedIdentity('one', 'ada'), ownedIdentity('two', 'ada')];
    const w = await world({
      identities: [one, two],
      definition: { enforcement: { defaultMode: 'armed', caps: [{ per: 'campaign', count: 1 }] } },
    });
    const campaign = await w.open();
    for (const each of [one, two]) {
      await answer(w, itemRef(campaign, each), 'ada', { verdict: 'revoke', reason: 'gone' });
    }
    await w.until(plusDays(MONDAY, 1));
    expect(w.target.disables).toHaveLength(1);
    await w.steerCampaign(campaign.campaignId, { act: 'hold', reason: 'wrong scope' }, w.who('max'));
    await w.steerCampaign(campaign.campaignId, { act: 'cancel', reason: 'wrong scope' }, w.who('max'));
    await w.until(plusDays(MONDAY, 40), 12 * HOUR_MS);
    expect(w.target.disables).toHaveLength(1);
    const removals = await Promise.all([one, two].map((each) => storedRemoval(w, itemRef(campaign, each))));
    expect(removals.map(({ state }) => state).toSorted()).toEqual(['cancelled', 'quarantined']);
  });

  test('held over the end of grace asks nothing and cuts nobody, and goes on when resumed', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    await w.until(plusDays(MONDAY, 1));
    const before = w.sent.length;
    await w.steerCampaign(campaign.campaignId, { act: 'hold', reason: 'audit' }, w.who('max'));
    await w.until(plusDays(campaign.graceEndsAt, 2), 12 * HOUR_MS);
    expect(w.sent).toHaveLength(before);
    expect(w.target.disables).toEqual([]);
    await w.steerCampaign(campaign.campaignId, { act: 'resume', reason: 'done' }, w.who('max'));
    await w.until(plusDays(campaign.graceEndsAt, 3));
    expect((await campaignNow(w, campaign.campaignId)).state).toBe('enforcing');
  });
});

describe('one tick', () => {
  test('is not stopped by a record that cannot be dispatched', async () => {
    const [one, two] = [ownedIdentity('one', 'ada'), ownedIdentity('two', 'ada')];
    const w = await world({ identities: [one, two] });
    const campaign = await w.open();
    for (const each of [one, two]) {
      await answer(w, itemRef(campaign, each), 'ada', { verdict: 'revoke', reason: 'gone' });
    }
    const { store } = w.environment;
    const { get } = store;
    const { removalId } = await storedRemoval(w, itemRef(campaign, one));
    store.get = async (kind, key) => {
      if (kind === 'removal' && 'removalId' in key && key.removalId === removalId)
        throw new Error('unreadable row');
      return get(kind, key);
    };
    w.setClock(plusMs(MONDAY, HOUR_MS));
    await expect(w.tick()).rejects.toThrow('could not be dispatched');
    const dispatched = w.queued.map(({ body }) => JSON.stringify(body));
    expect(dispatched.some((body) => body.includes('enforce-removal'))).toBe(true);
  });
});

describe('an item handed on', () => {
  const reviewers = { fallback: 'fay', manager: 'max', approvers: 'risk', riskAcceptors: 'risk' };

  test('goes to whom the definition allows and no further, whatever menu it came from', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({
      identities: [one],
      definition: { reviewers: { ...reviewers, delegateTo: ['cleo'] } },
    });
    const ref = itemRef(await w.open(), one);
    const names = (await w.actions.candidates(ref, 'ada')).map(({ personId }) => personId);
    expect(names).toEqual(['ben', 'cleo']);
    await expect(
      answer(w, ref, 'ada', { verdict: 'reassign', reason: '', to: 'rita' }),
    ).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    expect((await storedItem(w, ref)).hops).toEqual([]);
    await answer(w, ref, 'ada', { verdict: 'reassign', reason: '', to: 'cleo' });
    expect((await storedItem(w, ref)).reviewerId).toBe('cleo');
  });
});

describe('an identity nobody owns', () => {
  const claim = (w: World, ref: ReturnType<typeof itemRef>, personId: string, actId: string) =>
    w.actions.claim({ item: ref, who: w.who(personId), actId });
  const confirm = (w: World, ref: ReturnType<typeof itemRef>, agree = true, by = 'fay') =>
    w.actions.approve({
      kind: 'claim',
      ...ref,
      id: ref.identityKey,
      agree,
      reason: 'ok',
      who: w.who(by),
      actId: `confirm-${agree}-${by}`,
    });

  test('has one claim at a time: a confirmation is never of somebody else', async () => {
    const orphan = ownedIdentity('orphan', '');
    const w = await world({ identities: [orphan] });
    const ref = itemRef(await w.open(), orphan);
    await claim(w, ref, 'ada', 'c1');
    await expect(claim(w, ref, 'cleo', 'c2')).rejects.toMatchObject({ code: 'CONFLICT' });
    await confirm(w, ref);
    expect(await storedItem(w, ref)).toMatchObject({ reviewerId: 'ada', routedBy: 'claim' });
  });

  test('is not handed to a colleague who then keeps it: the fallback only proposes an owner', async () => {
    const orphan = ownedIdentity('orphan', '');
    const w = await world({ identities: [orphan] });
    const ref = itemRef(await w.open(), orphan);
    const proposed = await answer(w, ref, 'fay', { verdict: 'reassign', reason: 'her job', to: 'cleo' });
    expect(proposed.text).toContain('Cleo');
    expect(await storedItem(w, ref)).toMatchObject({ reviewerId: 'fay', routedBy: 'fallback', hops: [] });
    await expect(answer(w, ref, 'cleo', { verdict: 'certify', reason: 'ok' })).rejects.toMatchObject({
      code: 'NOT_ELIGIBLE',
    });
    await w.until(plusMs(w.clock.now(), 3 * HOUR_MS));
    const asked = w.sent.filter(({ to, body }) => to.personId === 'cleo' && body.purpose === 'claim-wanted');
    expect(asked.map(({ body }) => JSON.stringify(body)).join()).toContain('her job');
    await claim(w, ref, 'cleo', 'c1');
    await expect(answer(w, ref, 'cleo', { verdict: 'certify', reason: 'ok' })).rejects.toMatchObject({
      code: 'NOT_ELIGIBLE',
    });
    await expect(confirm(w, ref)).rejects.toMatchObject({ code: 'SECOND_PERSON' });
    await confirm(w, ref, true, 'max');
    await answer(w, ref, 'cleo', { verdict: 'certify', reason: 'ok' });
    expect(await storedItem(w, ref)).toMatchObject({ reviewerId: 'cleo', routedBy: 'claim' });
  });

  test('is confirmed by the fallback, a manager or security, and by no other colleague', async () => {
    for (const [by, outcome] of Object.entries({
      cleo: 'NOT_ELIGIBLE',
      rita: 'NOT_ELIGIBLE',
      ada: 'SECOND_PERSON',
      fay: 'ada',
      max: 'ada',
      sam: 'ada',
    })) {
      const orphan = ownedIdentity('orphan', '');
      const w = await world({ identities: [orphan] });
      const ref = itemRef(await w.open(), orphan);
      await claim(w, ref, 'ada', 'c1');
      const said = await confirm(w, ref, true, by).catch((error: { code: string }) => error.code);
      const { reviewerId } = await storedItem(w, ref);
      expect([by, typeof said === 'string' ? said : reviewerId]).toEqual([by, outcome]);
    }
  });

  test('is proposed to nobody while somebody’s claim waits', async () => {
    const orphan = ownedIdentity('orphan', '');
    const w = await world({ identities: [orphan] });
    const ref = itemRef(await w.open(), orphan);
    await claim(w, ref, 'ada', 'c1');
    const propose = answer(w, ref, 'fay', { verdict: 'reassign', reason: 'theirs', to: 'cleo' });
    await expect(propose).rejects.toMatchObject({ code: 'CONFLICT' });
    await confirm(w, ref);
    expect((await storedItem(w, ref)).reviewerId).toBe('ada');
  });

  test('is not taken by a claim confirmed too late', async () => {
    const orphan = ownedIdentity('orphan', '');
    const reviewers = { fallback: 'billing', manager: 'max', approvers: 'risk', riskAcceptors: 'risk' };
    const w = await world({ identities: [orphan], definition: { reviewers } });
    const ref = itemRef(await w.open(), orphan);
    await claim(w, ref, 'cleo', 'c1');
    await answer(w, ref, 'ada', { verdict: 'not-mine', reason: 'ask ben' });
    await expect(confirm(w, ref, true, 'max')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await storedItem(w, ref)).reviewerId).toBe('ben');
  });

  test('does not go in a circle among the fallback team', async () => {
    const orphan = ownedIdentity('orphan', '');
    const teams = TEAMS.map((team) => (team.teamId === 'billing' ? { ...team, backupId: 'ben' } : team));
    const w = await world({
      identities: [orphan],
      people: PEOPLE,
      teams,
      definition: {
        reviewers: { fallback: 'billing', manager: 'max', approvers: 'risk', riskAcceptors: 'risk' },
      },
    });
    const ref = itemRef(await w.open(), orphan);
    const asked = new Set<string>();
    for (let round = 0; round < 5; round += 1) {
      const { reviewerId } = await storedItem(w, ref);
      asked.add(reviewerId);
      const passed = await answer(w, ref, reviewerId, { verdict: 'not-mine', reason: '' }).catch(
        (error: unknown) => error,
      );
      if (passed instanceof Error) {
        expect(passed.message).toContain('Nobody else is left to ask');
        break;
      }
      expect(asked.has((await storedItem(w, ref)).reviewerId)).toBe(false);
    }
    expect(asked).toEqual(new Set(['ada', 'ben']));
  });
});

describe('a promise', () => {
  test('that can never be checked counts as missed in the end', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    const ref = itemRef(campaign, one);
    await answer(w, ref, 'ada', {
      verdict: 'reduce',
      reason: 'too wide',
      to: 'read only',
      dueAt: plusDays(MONDAY, 5),
    });
    w.target.partial = true;
    await w.until(plusDays(MONDAY, 16), 6 * HOUR_MS);
    const [promise] = await w.environment.store.promisesOf(ref.identityKey);
    expect(promise).toMatchObject({ state: 'missed' });
    expect(promise?.nextDueAt).toBeUndefined();
  });

  test('to retire is kept by switching off on the day, held visibly while the inventory is partial', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    const ref = itemRef(campaign, one);
    await answer(w, ref, 'ada', { verdict: 'retire', reason: 'replaced', on: plusDays(MONDAY, 5) });
    w.target.partial = true;
    await w.until(plusDays(MONDAY, 7), 6 * HOUR_MS);
    expect(await storedRemoval(w, ref)).toMatchObject({
      state: 'held',
      holds: [{ code: 'stale-inventory' }],
    });
    w.target.partial = false;
    await w.until(plusDays(MONDAY, 16), 6 * HOUR_MS);
    expect(w.target.disables).toHaveLength(1);
  });
});

describe('an exception', () => {
  test('cannot be renewed for ever by superseding itself', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    const ref = itemRef(campaign, one);
    const except = () =>
      answer(w, ref, 'ada', {
        verdict: 'except',
        reason: 'migration',
        until: plusDays(w.clock.now(), 10),
        compensatingControl: 'alert on use',
      });
    const grant = async () => {
      const wanted = (await w.environment.store.exceptionsOf(ref.identityKey)).find(
        ({ state }) => state === 'requested',
      );
      await w.actions.approve({
        kind: 'exception',
        ...ref,
        id: wanted?.exceptionId ?? '',
        agree: true,
        reason: 'ok',
        who: w.who('rita'),
        actId: `grant-${wanted?.exceptionId}`,
      });
    };
    for (let round = 0; round < 3; round += 1) {
      await except();
      await grant();
      await w.until(plusMs(w.clock.now(), 2 * HOUR_MS));
    }
    await expect(except()).rejects.toMatchObject({ code: 'EXPIRED' });
  });
});

describe('the evidence of an item', () => {
  test('is shown to people who have to do with it, and so is whom it may be handed to', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one], people: [...PEOPLE, person('eve')] });
    const ref = itemRef(await w.open(), one);
    expect((await w.actions.item(ref, 'ada')).item.name).toBe('one');
    for (const look of [w.actions.item, w.actions.candidates])
      await expect(look(ref, 'eve')).rejects.toMatchObject({ code: 'NOT_ELIGIBLE' });
    await answer(w, ref, 'ada', { verdict: 'reassign', reason: '', to: 'eve' });
    expect((await w.actions.item(ref, 'eve')).item.reviewerId).toBe('eve');
  });
});
