import { afterEach, describe, expect, test } from 'vitest';
import { createReviewStore } from '../../lib/adapters/dynamodb/review-store.ts';
import { createMemoryReviewStore } from '../../lib/adapters/memory/review-store.ts';
import { beginOpening } from '../../lib/application/begin-opening.ts';
import { considerBatch } from '../../lib/application/consider-batch.ts';
import { finishOpening } from '../../lib/application/finish-opening.ts';
import { openCampaign } from '../../lib/application/open-campaign.ts';
import { create, type ReviewStore, update } from '../../lib/application/ports/review-store.ts';
import { advanceCampaign } from '../../lib/application/steer-campaign.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { HOUR_MS, MINUTE_MS, plusMs } from '../../lib/domain/time.ts';
import { openStore } from '../adapters/dynamodb/open-store.ts';
import {
  ALL_IDENTITIES,
  onlyCampaign,
  openedEssence,
  openingWorld,
  QUARTERLY,
  SMALL,
} from '../support/openings.ts';
import { answer, itemRef, storedItem } from '../support/reviews.ts';
import { MONDAY, type World } from '../support/world.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const STORES = [
  ['in memory', async () => undefined],
  [
    'on DynamoDB',
    async () => {
      const { client, close } = await openStore();
      closing.push(close);
      return (clock: World['clock']): ReviewStore => createReviewStore({ client, table: 'reviews', clock });
    },
  ],
] as const;

/** A campaign that was begun, cut into batches of three. */
async function begun(store?: (clock: World['clock']) => ReviewStore) {
  const w = await openingWorld(store ? { store } : {});
  const { environment } = w;
  const { campaign, batches } = await beginOpening(environment, SMALL)(QUARTERLY);
  const { campaignId } = campaign;
  const consider = (batch: number) => considerBatch(environment)({ campaignId, batch });
  const finish = () => finishOpening(environment)(campaignId);
  return { w, environment, campaign, campaignId, batches, consider, finish };
}

/** Makes a method wait once, before it takes effect, until it is let go. */
function stallOnce<T extends object>(
  port: T,
  name: keyof T,
  applies: (...args: never[]) => boolean = () => true,
) {
  const real = port[name] as (...args: unknown[]) => Promise<unknown>;
  let letGo = () => {};
  let reach = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const stalled = async (...args: unknown[]) => {
    if (port[name] !== stalled || !applies(...(args as never[]))) return real.apply(port, args);
    port[name] = real as T[keyof T];
    reach();
    await held;
    return real.apply(port, args);
  };
  port[name] = stalled as T[keyof T];
  return { reached, letGo };
}

describe.each(STORES)('a writer that comes late, %s,', (_, storeFor) => {
  test('changes nothing that was decided since', async () => {
    const { w, campaign, batches, consider, finish } = await begun(await storeFor());
    for (const batch of batches) await consider(batch);
    await finish();
    await w.settle();
    for (const identity of ALL_IDENTITIES.slice(0, 6)) {
      const ref = itemRef(campaign, identity);
      const { reviewerId } = await storedItem(w, ref);
      await answer(w, ref, reviewerId, { verdict: 'revoke', reason: 'not in use' });
    }
    const before = await openedEssence(w);
    expect(before.open).toBe(5);

    for (const batch of batches) expect(await consider(batch)).toMatchObject({ considered: 0 });
    await finish();
    await openCampaign(w.environment)(QUARTERLY);

    expect(await openedEssence(w)).toEqual(before);
  });

  test('still holds its batch: nobody else writes it, and nothing is opened', async () => {
    const { environment, batches, consider, finish } = await begun(await storeFor());
    const { reached, letGo } = stallOnce(environment.store, 'putNew');
    const slow = consider(0);
    await reached;
    for (const batch of batches.slice(1)) await consider(batch);

    await expect(consider(0)).rejects.toMatchObject({ code: 'NOT_READY', retryable: true });
    await expect(finish()).rejects.toThrow(/1 of its 5 batches/);
    await expect(openCampaign(environment)(QUARTERLY)).rejects.toThrow(UpstreamError);

    letGo();
    await slow;
    expect(await finish()).toMatchObject({ state: 'open', counts: { considered: 12 } });
  });

  test('to finish undoes nothing that was done with a docket since', async () => {
    const { w, environment, batches, consider, finish } = await begun(await storeFor());
    const { store } = environment;
    for (const batch of batches) await consider(batch);
    const { reached, letGo } = stallOnce(store, 'commit', (writes: { kind: string }[]) =>
      writes.some(({ kind }) => kind === 'docket'),
    );
    const slow = finish();
    await reached;
    const opened = await finish();
    const docket = await store.get('docket', { campaignId: opened.campaignId, reviewerId: 'ada' });
    await store.commit([update('docket', docket!, { state: 'done', nextDueAt: undefined })]);
    const before = await openedEssence(w);

    letGo();

    expect(await slow).toEqual(opened);
    expect(await openedEssence(w)).toEqual(before);
    expect(before.attested).toBe(1);
  });
});

describe('a batch', () => {
  test('whose writer is gone is taken over once no function can still be running', async () => {
    const { w, environment, consider } = await begun();
    const { reached } = stallOnce(environment.store, 'putNew');
    void consider(0);
    await reached;
    w.advanceWallClock(15 * MINUTE_MS);
    await expect(consider(0)).rejects.toMatchObject({ code: 'NOT_READY', retryAfterMs: MINUTE_MS });

    w.advanceWallClock(MINUTE_MS);

    expect(await consider(0)).toEqual({ batch: 0, considered: 3, included: 3 });
  });

  test('is not written by whom it took half of the time they had', async () => {
    const { w, environment, campaignId, consider } = await begun();
    const { reached, letGo } = stallOnce(environment.blobs, 'putMany');
    const slow = consider(0);
    await reached;
    w.advanceWallClock(9 * MINUTE_MS);

    letGo();

    await expect(slow).rejects.toMatchObject({ code: 'NOT_READY' });
    for (const identity of ALL_IDENTITIES) {
      const { identityKey } = itemRef({ campaignId }, identity);
      expect(await environment.store.itemsOf(identityKey)).toEqual([]);
    }
  });

  test('that failed can be tried again a minute later', async () => {
    const { w, environment, consider } = await begun();
    const { putNew } = environment.store;
    environment.store.putNew = async () => Promise.reject(new Error('no answer'));
    await expect(consider(0)).rejects.toThrow('no answer');
    environment.store.putNew = putNew;
    await expect(consider(0)).rejects.toMatchObject({ retryAfterMs: MINUTE_MS });

    w.advanceWallClock(MINUTE_MS);

    expect(await consider(0)).toMatchObject({ considered: 3 });
  });

  test('of bytes that are not those planned is refused, and nothing of it is written', async () => {
    const { w, environment, consider } = await begun();
    const { blobs, store } = environment;
    const { range } = blobs;
    const { putNew } = store;
    let puts = 0;
    store.putNew = (kind, records) => {
      puts += 1;
      return putNew(kind, records);
    };
    blobs.range = async (...args) => Buffer.from(await range(...args)).fill(0x20, 40, 41);

    await expect(consider(2)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });

    expect(puts).toBe(0);
    blobs.range = range;
    w.advanceWallClock(MINUTE_MS);
    expect(await consider(2)).toMatchObject({ batch: 2 });
  });

  test('reads no history in the first campaign, and does in the next', async () => {
    const { w, environment, batches, consider, finish } = await begun();
    const { itemsOf } = environment.store;
    let reads = 0;
    environment.store.itemsOf = (key) => {
      reads += 1;
      return itemsOf(key);
    };
    for (const batch of batches) await consider(batch);
    await finish();
    expect(reads).toBe(0);

    const second = await openCampaign(environment)({ ...QUARTERLY, campaignId: 'second' });

    expect(reads).toBe(ALL_IDENTITIES.length);
    expect(second.plan).toMatchObject({ isFirstCampaign: false });
    expect(await w.environment.store.campaigns()).toHaveLength(2);
  });
});

describe('an opening', () => {
  test('begun by an earlier release, without a plan, is finished all the same', async () => {
    const { client, close } = await openStore();
    closing.push(close);
    const w = await openingWorld({
      store: (clock) => createReviewStore({ client, table: 'reviews', clock }),
    });
    const { store } = w.environment;
    const { campaign } = await beginOpening({ ...w.environment, store: await scratch(w) }, SMALL)(QUARTERLY);
    const { plan: _, ...old } = campaign;
    const lease = { openingLease: { holder: 'earlier', until: MONDAY } };
    await store.commit([create('campaign', { ...old, ...lease, version: 1 })]);

    const opened = await openCampaign(w.environment)(QUARTERLY);

    expect(opened).toMatchObject({ state: 'open', counts: { considered: 12 }, startedAt: old.startedAt });
    expect(await store.get('campaign', old)).toEqual(opened);
  });

  test('that is overdue is taken up again, and its next time is set before that is tried', async () => {
    const { w, environment, campaignId } = await begun();
    const resumed: string[] = [];
    let failure: Error | undefined = new Error('the state machine did not start');
    const advance = advanceCampaign({
      environment,
      tell: w.tell,
      enqueueLapse: async () => undefined,
      resumeOpening: async (...of) => {
        if (failure) throw failure;
        resumed.push(of.join(' '));
      },
    });
    expect(await advance({ campaignId })).toBe('nothing');
    w.setClock(plusMs(MONDAY, HOUR_MS));
    await expect(advance({ campaignId })).rejects.toThrow('did not start');
    expect((await onlyCampaign(environment)).nextDueAt).toBe(plusMs(MONDAY, HOUR_MS + 20 * MINUTE_MS));

    failure = undefined;
    w.setClock(plusMs(MONDAY, 2 * HOUR_MS));

    expect(await advance({ campaignId })).toBe('opening');
    expect(resumed).toEqual([`${campaignId} quarterly`]);
    expect((await onlyCampaign(environment)).nextDueAt).toBe(plusMs(MONDAY, 2 * HOUR_MS + 20 * MINUTE_MS));
  });
});

/** A store that knows what the world's knows about definitions and inventories, and nothing of campaigns. */
async function scratch(w: World): Promise<ReviewStore> {
  const store = createMemoryReviewStore();
  const { definitions, inventories } = w.environment.store;
  for (const definition of await definitions())
    await store.commit([create('definition', { ...definition, version: 1 })]);
  for (const inventory of await inventories())
    await store.commit([create('inventory', { ...inventory, version: 1 })]);
  return store;
}
