// A snapshot older than seven days is taken again before a decision counts; what changed is shown first.

import { RefusedError } from '../domain/errors.ts';
import { changesSince } from '../domain/identity/changes.ts';
import { riskOf } from '../domain/identity/risk.ts';
import { breaksIfRemoved, questionFor } from '../domain/review/question.ts';
import { recommend } from '../domain/review/recommend.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import type { Snapshot } from '../domain/review/snapshot.ts';
import { SNAPSHOT_MAX_AGE_DAYS } from '../domain/review/validate-decision.ts';
import { type Instant, plusDays } from '../domain/time.ts';
import type { CollectIdentities } from './collect-identities.ts';
import type { Environment } from './environment.ts';
import { inventoryOf } from './inventory-of.ts';
import { loadSnapshot } from './load.ts';
import { fileBytes } from './plain-json.ts';
import { update } from './ports/review-store.ts';
import { isSeenIn } from './seen-in.ts';

/** An item with a snapshot fresh enough to decide on. */
export interface FreshItem {
  readonly item: ReviewItem;
  readonly snapshot: Snapshot;
}

/**
 * Gives the item with a fresh snapshot, taking a new one when needed.
 * @throws RefusedError STALE_SNAPSHOT when the identity changed (the person must look again before deciding) or is gone.
 */
export async function refreshSnapshot(
  environment: Environment,
  collect: CollectIdentities,
  item: ReviewItem,
  now: Instant,
): Promise<FreshItem> {
  const { store, blobs } = environment;
  const snapshot = await loadSnapshot(blobs, item.snapshot);
  const oldest = plusDays(now, -SNAPSHOT_MAX_AGE_DAYS);
  if (item.snapshotAt >= oldest) return { item, snapshot };
  const { identity: shown } = snapshot;
  const stored = await inventoryOf(store, shown);
  if (!stored || stored.collectedAt < oldest) await collect(shown.connector, { scope: shown.scope });
  const inventory = await inventoryOf(store, shown);
  const register = await store.get('identity', { identityKey: item.identityKey });
  if (!inventory || !register || inventory.collectedAt < oldest) return { item, snapshot };
  if (!(await isSeenIn(blobs, inventory.inventory, item.identityId))) {
    throw new RefusedError({
      code: 'STALE_SNAPSHOT',
      message: `${item.name} was not there any more when its source was read on ${inventory.collectedAt.slice(0, 10)}. There is nothing to answer for unless it comes back.`,
    });
  }
  const identity = { ...register.identity, observedAt: inventory.collectedAt };
  const changes = changesSince(shown, identity);
  const risk = riskOf(identity, now);
  const fresh: Snapshot = {
    ...snapshot,
    inventory: inventory.inventory,
    takenAt: inventory.collectedAt,
    question: questionFor(identity),
    identity,
    risk,
    recommendation: recommend(identity, risk, changes, now),
    changes,
    comparedWith: item.snapshot,
    breaksIfRemoved: breaksIfRemoved(identity),
  };
  const renewed = update('item', item, {
    snapshot: await blobs.put(fileBytes(fresh)),
    snapshotAt: inventory.collectedAt,
    recommendation: fresh.recommendation.advice,
    unchanged: item.unchanged && changes.length === 0,
  });
  await store.commit([renewed]);
  if (changes.length > 0) {
    throw new RefusedError({
      code: 'STALE_SNAPSHOT',
      message: `${item.name} changed since you were shown it (${changes.slice(0, 3).join('; ')}). Please look at it again and decide.`,
    });
  }
  return { item: renewed.record, snapshot: fresh };
}
