// What every review store must do with work that comes due.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, type ReviewStore, update } from '../../lib/application/ports/review-store.ts';
import { type Instant, plusDays, plusMs } from '../../lib/domain/time.ts';
import {
  campaign,
  campaignNamed,
  directorySeen,
  docket,
  event,
  identityNumbered,
  promiseToChange,
  removal,
  riskException,
  slackMembers,
  T0,
} from './sample-records.ts';
import { allDue, everything, type StoreUnderTest } from './store-under-test.ts';

/** Runs this part of the contract. */
export function describeDueWork(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} review store, work due`, () => {
    let under: StoreUnderTest;
    let store: ReviewStore;
    beforeAll(async () => {
      under = await open();
      store = under.store;
      under.setNow(T0);
    });
    afterAll(() => under.close());

    const dueNames = async (now: Instant) =>
      (await allDue(store, now))
        .map(({ kind, key, dueAt }) => `${dueAt} ${kind} ${JSON.stringify(key)}`)
        .toSorted();

    it('gives what is due, of every kind, and not a moment before', async () => {
      const soon = plusMs(T0, 90 * 60_000);
      await store.commit([
        create('campaign', campaign({ campaignId: campaignNamed('due'), nextDueAt: soon })),
        create('docket', docket('due.reviewer', { nextDueAt: soon })),
        create('removal', removal(1, { nextDueAt: soon })),
        create('exception', riskException(1, { nextDueAt: soon })),
        create('promise', promiseToChange(1, { nextDueAt: soon })),
        create('promise', promiseToChange(2)),
        create('desk', { schemaVersion: 1, version: 1, personId: 'due.reader', nextDueAt: soon }),
        create('event', event(1, { nextDueAt: soon })),
        create('event', event(2)),
        create('directory-seen', directorySeen({ nextDueAt: soon })),
        create('slack-members', slackMembers({ nextDueAt: soon })),
      ]);

      expect(await dueNames(plusMs(soon, -1))).toEqual([]);
      const { identityKey } = identityNumbered(1);
      expect(await dueNames(soon)).toEqual(
        [
          `${soon} campaign {"campaignId":"due"}`,
          `${soon} docket {"campaignId":"quarterly-20260105","reviewerId":"due.reviewer"}`,
          `${soon} removal {"identityKey":"${identityKey}","removalId":"removal-1"}`,
          `${soon} exception {"identityKey":"${identityKey}","exceptionId":"exception-1"}`,
          `${soon} promise {"identityKey":"${identityKey}","promiseId":"promise-1"}`,
          `${soon} desk {"personId":"due.reader"}`,
          `${soon} directory-seen {"name":"people"}`,
          `${soon} slack-members {"teamId":"T0ACME"}`,
          `${soon} event {"identityKey":"${identityKey}","eventId":"event-1"}`,
        ].toSorted(),
      );
    });

    it('follows a record that is put off, and forgets one with nothing left to do', async () => {
      const due = docket('put.off', { nextDueAt: T0 });
      await store.commit([create('docket', due)]);
      const seen = async (now: Instant) =>
        (await dueNames(now)).filter((name) => name.includes('put.off')).length;
      expect(await seen(T0)).toBe(1);

      const later = update('docket', due, { nextDueAt: plusDays(T0, 2) });
      await store.commit([later]);
      expect([await seen(T0), await seen(plusDays(T0, 1)), await seen(plusDays(T0, 2))]).toEqual([0, 0, 1]);

      await store.commit([update('docket', later.record, { nextDueAt: undefined, state: 'done' })]);
      expect(await seen(plusDays(T0, 3))).toBe(0);
    });

    it('gives the oldest of a shard first, page by page', async () => {
      const writes = Array.from({ length: 20 }, (_, n) =>
        create('removal', removal(100 + n, { nextDueAt: plusMs(T0, ((n * 7) % 20) * 1_800_000) })),
      );
      await store.commit(writes);

      for (let shard = 0; shard < store.dueShards; shard += 1) {
        const found = await everything((page) => store.due(shard, plusDays(T0, 3), page), 2);
        const times = found.map(({ dueAt }) => dueAt);
        expect(times).toEqual(times.toSorted());
      }
    });

    it('loses nothing when the watermark moves on, also what was not finished or scheduled late', async () => {
      const now = plusDays(T0, 10);
      under.setNow(now);
      const before = await dueNames(now);
      expect(before.length).toBeGreaterThan(0);
      for (let shard = 0; shard < store.dueShards; shard += 1) await store.advanceWatermark(shard, now);
      expect(await dueNames(now)).toEqual(before);

      await store.commit([
        create('promise', promiseToChange(300, { nextDueAt: T0 })),
        create('promise', promiseToChange(301, { nextDueAt: plusDays(T0, 200) })),
      ]);
      for (let shard = 0; shard < store.dueShards; shard += 1) await store.advanceWatermark(shard, now);

      expect((await dueNames(now)).filter((name) => name.includes('promise-30'))).toHaveLength(1);
      const muchLater = plusDays(T0, 400);
      under.setNow(muchLater);
      expect((await dueNames(muchLater)).filter((name) => name.includes('promise-30'))).toHaveLength(2);
    });

    it('never moves the watermark back', async () => {
      for (let shard = 0; shard < store.dueShards; shard += 1)
        await store.advanceWatermark(shard, plusDays(T0, 401));
      for (let shard = 0; shard < store.dueShards; shard += 1)
        await store.advanceWatermark(shard, plusDays(T0, 1));

      expect((await dueNames(plusDays(T0, 401))).length).toBeGreaterThan(0);
    });
  });
}
