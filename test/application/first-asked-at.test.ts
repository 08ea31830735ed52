import { expect, test } from 'vitest';
import { createMemoryReviewStore } from '../../lib/adapters/memory/review-store.ts';
import { HOUR_MS, plusMs } from '../../lib/domain/time.ts';
import { ownedIdentity } from '../support/reviews.ts';
import { MONDAY, world } from '../support/world.ts';

/** A review of one identity of Ada's, opened an hour before her day begins, and how often open items were listed. */
async function openedEarly() {
  let listed = 0;
  const memory = createMemoryReviewStore();
  const store: typeof memory = {
    ...memory,
    openItems(...asked) {
      listed += 1;
      return memory.openItems(...asked);
    },
  };
  const w = await world({ identities: [ownedIdentity('deployer', 'ada')], store: () => store });
  await w.open();
  return { w, timesListed: () => listed };
}

test('nothing of a new docket is read before its reviewer can be asked, and then they are asked', async () => {
  const { w, timesListed } = await openedEarly();
  await w.until(plusMs(MONDAY, HOUR_MS / 2), HOUR_MS / 4);
  expect(timesListed()).toBe(0);
  expect(w.sent).toEqual([]);

  await w.until(plusMs(MONDAY, 3 * HOUR_MS), HOUR_MS / 4);
  expect(w.sent.filter(({ to, body }) => to.personId === 'ada' && body.purpose === 'digest')).not.toEqual([]);
  expect(timesListed()).toBeGreaterThan(0);
});
