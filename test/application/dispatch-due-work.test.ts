import { expect, test } from 'vitest';
import { dispatchDueWork } from '../../lib/application/dispatch-due-work.ts';
import type { Message } from '../../lib/application/ports/queue.ts';
import { HOUR_MS, plusDays, plusMs } from '../../lib/domain/time.ts';
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
  const broken = { send: () => Promise.reject(new Error('no campaigns today')) };
  const others = { removals: queue, verifications: queue, promises: queue };
  const tick = dispatchDueWork(w.environment, { campaigns: broken, dockets: queue, ...others });

  await expect(tick()).rejects.toThrow('1 pieces of due work could not be dispatched');
  expect(sends.flat()).toHaveLength(30);
  expect(sends.length).toBeLessThanOrEqual(w.environment.store.dueShards);
  expect(sends.length).toBeLessThan(30);
});
