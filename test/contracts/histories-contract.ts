// Whatever happens to items, the pointers to the open ones are exactly right.
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { create, type ReviewStore, update } from '../../lib/application/ports/review-store.ts';
import { campaignNamed, item, T0 } from './sample-records.ts';
import { conflictOf, everything, type StoreUnderTest } from './store-under-test.ts';

type Step =
  | { readonly act: 'open'; readonly number: number; readonly reviewer: number }
  | { readonly act: 'answer' | 'reopen' | 'lapse'; readonly number: number }
  | { readonly act: 'move'; readonly number: number; readonly reviewer: number }
  | { readonly act: 'stale'; readonly number: number };

const number = fc.nat({ max: 5 });
const reviewer = fc.nat({ max: 2 });
const steps = fc.array(
  fc.oneof(
    fc.record({ act: fc.constant('open' as const), number, reviewer }),
    fc.record({ act: fc.constantFrom('answer' as const, 'reopen' as const, 'lapse' as const), number }),
    fc.record({ act: fc.constant('move' as const), number, reviewer }),
    fc.record({ act: fc.constant('stale' as const), number }),
  ),
  { maxLength: 15 },
);

/** Runs this part of the contract. */
export function describeHistories(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} review store, any history`, () => {
    let under: StoreUnderTest;
    let runs = 0;
    beforeAll(async () => {
      under = await open();
      under.setNow(T0);
    });
    afterAll(() => under.close());

    it('points to exactly the open items, whatever happened to them', async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (history) => {
          runs += 1;
          await followHistory(under.store, campaignNamed(`history-${runs}`), history);
        }),
        { numRuns: 25 },
      );
    });
  });
}

const STATES = { answer: 'answered', reopen: 'open', lapse: 'lapsed' } as const;

async function followHistory(
  store: ReviewStore,
  campaignId: ReturnType<typeof campaignNamed>,
  history: readonly Step[],
): Promise<void> {
  const expected = new Map<number, ReturnType<typeof item>>();
  for (const step of history) {
    const known = expected.get(step.number);
    if (step.act === 'open') {
      const record = item(step.number, { campaignId, reviewerId: `r${step.reviewer}` });
      if (known) await conflictOf(store.commit([create('item', record)]));
      else await store.commit([create('item', record)]);
      if (!known) expected.set(step.number, record);
      continue;
    }
    if (!known) continue;
    if (step.act === 'stale') {
      await conflictOf(store.commit([update('item', { ...known, version: known.version + 1 }, { risk: 1 })]));
      continue;
    }
    const change = step.act === 'move' ? { reviewerId: `r${step.reviewer}` } : { state: STATES[step.act] };
    const write = update('item', known, change);
    await store.commit([write]);
    expected.set(step.number, write.record);
  }
  for (const reviewerId of ['r0', 'r1', 'r2']) {
    const open = [...expected.values()].filter(
      (record) => record.state === 'open' && record.reviewerId === reviewerId,
    );
    const listed = await everything((page) => store.openItems(campaignId, reviewerId, page), 2);
    expect(listed.map(({ identityKey }) => identityKey).toSorted()).toEqual(
      open.map(({ identityKey }) => identityKey).toSorted(),
    );
    expect(await store.countOpenItems(campaignId, reviewerId)).toBe(open.length);
  }
  for (const record of expected.values()) expect(await store.get('item', record)).toEqual(record);
}
