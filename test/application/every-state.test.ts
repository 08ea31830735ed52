import { describe, expect, test } from 'vitest';
import { CampaignState } from '../../lib/domain/campaign/campaign.ts';
import { RemovalState } from '../../lib/domain/removal/removal.ts';
import { DocketState } from '../../lib/domain/review/docket.ts';
import { ItemState } from '../../lib/domain/review/review-item.ts';
import { HOUR_MS, plusMs } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity, storedItem, storedRemoval } from '../support/reviews.ts';
import { MONDAY, type World, world } from '../support/world.ts';

/** A campaign with one removal that was switched off, and everything about it at rest. */
async function atRest() {
  const one = ownedIdentity('one', 'ada');
  const w = await world({ identities: [one, ownedIdentity('two', 'ada')], lenient: true });
  const opened = await w.open();
  const ref = itemRef(opened, one);
  await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
  await w.until(plusMs(MONDAY, 4 * HOUR_MS));
  return { w, ref, campaignId: opened.campaignId, removal: await storedRemoval(w, ref) };
}

/** Puts a record into a state as it could be read, due now, behind the back of every use case. */
const put = (w: World, kind: string, record: object) =>
  w.environment.store.putNew(kind as never, [record] as never);

/** However the first tick goes, nothing is found due again and again at the same instant. */
async function expectQuiet(w: World, what: string) {
  for (let round = 0; round < 6; round += 1) await w.settle();
  expect(await w.tick(), what).toBe(0);
  expect(w.failures).toEqual([]);
}

describe('whatever state something is in when it falls due', () => {
  test.each(RemovalState.options)('a removal that is %s comes to rest', async (state) => {
    for (const itemState of ItemState.options) {
      const { w, ref, removal } = await atRest();
      const item = await storedItem(w, ref);
      await put(w, 'item', { ...item, state: itemState });
      await put(w, 'removal', { ...removal, state, nextDueAt: w.clock.now() });
      await expectQuiet(w, `${state} of an item that is ${itemState}`);
    }
  });

  test.each(DocketState.options)('a docket that is %s comes to rest', async (state) => {
    for (const campaignState of CampaignState.options) {
      const { w, campaignId } = await atRest();
      const { store } = w.environment;
      const docket = await store.get('docket', { campaignId, reviewerId: 'ada' });
      const campaign = await store.get('campaign', { campaignId });
      await put(w, 'campaign', { ...campaign, state: campaignState });
      await put(w, 'docket', { ...docket, state, nextDueAt: w.clock.now() });
      await expectQuiet(w, `${state} in a campaign that is ${campaignState}`);
    }
  });

  // One that is opening is another matter: what is opened already cannot be opened again.
  const begun = CampaignState.options.filter((state) => state !== 'opening');
  test.each(begun)('a campaign that is %s comes to rest', async (state) => {
    const { w, campaignId } = await atRest();
    const campaign = await w.environment.store.get('campaign', { campaignId });
    await put(w, 'campaign', { ...campaign, state, nextDueAt: w.clock.now() });
    await expectQuiet(w, state);
  });

  test.each(['pending', 'kept', 'missed', 'withdrawn'])(
    'a promise that is %s comes to rest',
    async (state) => {
      const one = ownedIdentity('one', 'ada');
      const w = await world({ identities: [one], lenient: true });
      const ref = itemRef(await w.open(), one);
      await answer(w, ref, 'ada', { verdict: 'reduce', reason: 'x', to: 'less' });
      const [promise] = await w.environment.store.promisesOf(ref.identityKey);
      await put(w, 'promise', { ...promise, state, dueAt: w.clock.now(), nextDueAt: w.clock.now() });
      await expectQuiet(w, state);
    },
  );

  test.each(['requested', 'granted', 'refused', 'ended', 'superseded'])(
    'an exception that is %s comes to rest',
    async (state) => {
      const one = ownedIdentity('one', 'ada');
      const w = await world({ identities: [one], lenient: true });
      const ref = itemRef(await w.open(), one);
      const until = plusMs(MONDAY, 9 * 24 * HOUR_MS);
      await answer(w, ref, 'ada', { verdict: 'except', reason: 'x', until, compensatingControl: 'y' });
      const [exception] = await w.environment.store.exceptionsOf(ref.identityKey);
      for (const end of [w.clock.now(), until]) {
        await put(w, 'exception', { ...exception, state, until: end, nextDueAt: w.clock.now() });
        await expectQuiet(w, state);
      }
    },
  );
});
