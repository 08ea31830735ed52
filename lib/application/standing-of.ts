// The standing of an identity now, from everything ever decided about it.
import type { IdentityKey } from '../domain/identity/identity-id.ts';
import { type Standing, standingAt } from '../domain/identity/standing.ts';
import { vouchingsOf } from '../domain/identity/standing-of.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import type { Instant } from '../domain/time.ts';
import type { ReviewStore } from './ports/review-store.ts';

/** Standing and the items it rests on, newest first. */
export interface IdentityHistory {
  readonly standing: Standing;
  readonly items: readonly ReviewItem[];
}

/** Reads one identity's history by key and works out its standing at `now`. */
export async function historyOf(
  store: ReviewStore,
  identityKey: IdentityKey,
  firstSeenAt: Instant,
  now: Instant,
): Promise<IdentityHistory> {
  const items = await store.itemsOf(identityKey);
  if (items.length === 0) return { standing: standingAt(now, firstSeenAt, []), items };
  const [exceptions, promises, removals] = await Promise.all([
    store.exceptionsOf(identityKey),
    store.promisesOf(identityKey),
    store.removalsOf(identityKey),
  ]);
  const newestFirst = items.toSorted((a, b) => (a.snapshotAt < b.snapshotAt ? 1 : -1));
  return {
    standing: standingAt(now, firstSeenAt, vouchingsOf(items, exceptions, promises, removals)),
    items: newestFirst,
  };
}
