import { beforeAll, describe, expect, test } from 'vitest';
import { createMemoryReviewStore } from '../../lib/adapters/memory/review-store.ts';
import type { ReviewStore } from '../../lib/application/ports/review-store.ts';
import { identityIdOf, identityKeyOf } from '../../lib/domain/identity/identity-id.ts';
import { tierOf } from '../../lib/domain/identity/risk.ts';
import { itemRef, ownedIdentity, storedItem } from '../support/reviews.ts';
import { type World, world } from '../support/world.ts';

const MANY = 2000;

/** A store that counts the items it hands out. */
function counting(store: ReviewStore, read: { items: number }): ReviewStore {
  return {
    ...store,
    getMany: (kind, keys) => {
      if (kind === 'item') read.items += keys.length;
      return store.getMany(kind, keys);
    },
  };
}

describe('a desk of 2,000 open items', () => {
  const read = { items: 0 };
  let w: World;
  let desk: (
    filter?: NonNullable<Parameters<World['actions']['desk']>[1]>['page'],
  ) => ReturnType<World['actions']['desk']>;

  beforeAll(async () => {
    const one = ownedIdentity('first', 'ada');
    w = await world({ identities: [one], store: () => counting(createMemoryReviewStore(), read) });
    const campaign = await w.open();
    const item = await storedItem(w, itemRef(campaign, one));
    const others = Array.from({ length: MANY - 1 }, (_, n) => {
      const identityId = identityIdOf('aws-iam', '123456789012', 'service-account', `user/many-${n}`);
      const risk = n % 101;
      const named = { identityId, identityKey: identityKeyOf(identityId), name: `many-${n}` };
      return { ...item, ...named, risk, tier: tierOf(risk), unchanged: n % 2 === 0 };
    });
    await w.environment.store.putNew('item', others);
    desk = (page) => {
      read.items = 0;
      return w.actions.desk('ada', { page: page ?? { from: 0, size: 15 } });
    };
  });

  test('shows any page of them, and counts all, without reading all', async () => {
    const first = await desk();
    const last = await desk({ from: 1995, size: 15 });

    expect(read.items).toBeLessThanOrEqual(1100);
    expect(first.dockets[0]).toMatchObject({ open: MANY });
    expect(Object.values(first.dockets[0]?.byTier ?? {}).reduce((a, b) => a + b)).toBe(MANY);
    expect(first.page).toMatchObject({ found: MANY, part: false });
    expect(first.page?.items.map(({ item }) => item.risk)).toEqual(Array.from({ length: 15 }, () => 100));
    expect(last.page?.items.map(({ item }) => item.risk)).toEqual([0, 0, 0, 0, 0]);
  });

  test('finds those of one tier among all of them', async () => {
    const { page } = await desk({ from: 0, size: 5, filter: { tier: 'medium' } });

    expect(page?.part).toBe(false);
    expect(page?.items.map(({ item }) => item.tier)).toEqual(Array.from({ length: 5 }, () => 'medium'));
    expect(page?.items[0]?.item.risk).toBe(49);
  });

  test('says so when it filtered only what it read', async () => {
    const { page } = await desk({ from: 0, size: 5, filter: { unchanged: true } });

    expect(page?.part).toBe(true);
    expect(page?.items.every(({ item }) => item.unchanged)).toBe(true);
  });
});
