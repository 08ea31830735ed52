// Who let whom answer for them: memory and DynamoDB alike.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Records } from '../../lib/application/ports/records.ts';
import { create, update } from '../../lib/application/ports/review-store.ts';
import { plusDays } from '../../lib/domain/time.ts';
import { campaignNamed, T0 } from './sample-records.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const delegation = (from: string, to: string, delegationId: string): Records['delegation'] => ({
  schemaVersion: 1,
  version: 1,
  delegationId,
  from,
  to,
  until: plusDays(T0, 7),
  reason: 'away',
  givenAt: T0,
  campaignIds: [campaignNamed('quarterly-20260105')],
});

/** Runs the contract. */
export function describeDelegations(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} review store, delegations`, () => {
    let under: StoreUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.close());

    it('are found by who gave them and by who got them, ended ones too', async () => {
      const { store } = under;
      const first = delegation('giver.one', 'taker', 'd1');
      const second = delegation('giver.one', 'other', 'd2');
      const third = delegation('giver.two', 'taker', 'd3');
      await store.commit([first, second, third].map((each) => create('delegation', each)));
      const ended = update('delegation', third, { endedAt: plusDays(T0, 1) });
      await store.commit([ended]);

      const byId = (found: readonly Records['delegation'][]) =>
        found.toSorted((a, b) => (a.delegationId < b.delegationId ? -1 : 1));
      expect(byId(await store.delegationsFrom('giver.one'))).toEqual([first, second]);
      expect(byId(await store.delegationsTo('taker'))).toEqual([first, ended.record]);
      expect(await store.delegationsTo('giver.one')).toEqual([]);
      expect(await store.get('delegation', { from: 'giver.two', delegationId: 'd3' })).toEqual(ended.record);
    });
  });
}
