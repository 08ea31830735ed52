import { describe, expect, test, vi } from 'vitest';
import { dispatchDueWork } from '../../lib/application/dispatch-due-work.ts';
import type { Message, Queue } from '../../lib/application/ports/queue.ts';
import { update } from '../../lib/application/ports/review-store.ts';
import { CampaignId } from '../../lib/domain/campaign/campaign.ts';
import type { Docket } from '../../lib/domain/review/docket.ts';
import { HOUR_MS, type Instant, plusDays, plusMs } from '../../lib/domain/time.ts';
import { ownedIdentity } from '../support/reviews.ts';
import { MONDAY, PEOPLE, person, world } from '../support/world.ts';

test('a tick hands what is due to each queue together, and one queue that fails keeps no other waiting', async () => {
  const names = Array.from({ length: 30 }, (_, n) => `owner-${n}`);
  const people = [...PEOPLE, ...names.map((id) => person(id))];
  const w = await world({ identities: names.map((id) => ownedIdentity(`of-${id}`, id)), people });
  await w.open();
  w.setClock(plusMs(plusDays(MONDAY, 60), HOUR_MS));
  const sends: (readonly Message[])[] = [];
  const queue = { send: async (messages: readonly Message[]) => void sends.push(messages) };
  const broken = { send: () => Promise.reject(new Error('no campaigns and no look at the directory today')) };
  const others = { removals: queue, verifications: queue, promises: queue };
  const tick = dispatchDueWork(w.environment, { campaigns: broken, dockets: queue, ...others });

  await expect(tick()).rejects.toThrow('2 pieces of due work could not be dispatched');
  expect(sends.flat()).toHaveLength(30);
  expect(sends.length).toBeLessThanOrEqual(w.environment.store.dueShards);
  expect(sends.length).toBeLessThan(30);
});

describe('a wave of 5,000 dockets', () => {
  async function wave() {
    const names = Array.from({ length: 5000 }, (_, n) => `owner-${n}`);
    const w = await world({ identities: [] });
    const { store } = w.environment;
    const dueAt = plusMs(MONDAY, HOUR_MS);
    const docketOf = (reviewerId: string): Docket => ({
      schemaVersion: 1,
      version: 1,
      campaignId: CampaignId.parse('quarterly-20260907'),
      reviewerId,
      state: 'chasing',
      createdAt: MONDAY,
      servedRungs: [],
      tellings: [],
      nextDueAt: dueAt,
    });
    await store.putNew('docket', names.map(docketOf));
    w.setClock(plusMs(dueAt, 60_000));
    const sent: string[] = [];
    let broken = false;
    const queue: Queue = {
      send: async (messages) => {
        if (broken) throw new Error('the queue is down');
        sent.push(...messages.map(({ id }) => id));
      },
    };
    const queues = {
      campaigns: queue,
      dockets: queue,
      removals: queue,
      verifications: queue,
      promises: queue,
    };
    const commits = vi.spyOn(store, 'commit');
    return {
      w,
      sent,
      commits,
      tick: dispatchDueWork(w.environment, queues),
      breakQueue: (isBroken: boolean) => {
        broken = isBroken;
      },
      async putOff(reviewerId: string, nextDueAt: Instant) {
        const docket = await store.get('docket', docketOf(reviewerId));
        if (docket) await store.commit([update('docket', docket, { nextDueAt })]);
      },
    };
  }

  test('is handed over once while the workers are at it, without a write for each', async () => {
    const { tick, sent, commits, w } = await wave();
    expect(await tick()).toBe(5000);
    expect(commits.mock.calls.length).toBeLessThanOrEqual(w.environment.store.dueShards);
    for (let minute = 1; minute < 28; minute += 7) {
      w.advanceWallClock(7 * 60_000);
      expect(await tick()).toBe(0);
    }
    expect(new Set(sent).size).toBe(5000);
  });

  test('is handed over again after a while, so that nothing is lost with a worker', async () => {
    const { tick, w } = await wave();
    await tick();
    w.advanceWallClock(31 * 60_000);
    expect(await tick()).toBe(5000);
  });

  test('is handed over by the next tick when the queue did not take it, or the tick ended before it could remember', async () => {
    const { tick, breakQueue, commits } = await wave();
    breakQueue(true);
    await expect(tick()).rejects.toThrow('could not be dispatched');
    breakQueue(false);
    expect(await tick()).toBe(5000);

    const other = await wave();
    other.commits.mockRejectedValue(new Error('the power was cut'));
    await expect(other.tick()).rejects.toThrow('could not be dispatched');
    other.commits.mockRestore();
    expect(await other.tick()).toBe(5000);
    expect(commits).toHaveBeenCalled();
  });

  test('hands a docket over at once that became due at another time', async () => {
    const { tick, putOff, sent, w } = await wave();
    await tick();
    await putOff('owner-7', w.clock.now());
    expect(await tick()).toBe(1);
    expect(sent.at(-1)).toContain('owner-7');
  });
});
