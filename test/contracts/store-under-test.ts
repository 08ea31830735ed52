// What the parts of the store contract share.
import { expect } from 'vitest';
import type { Page, PageRequest, ReviewStore } from '../../lib/application/ports/review-store.ts';
import { ConflictError } from '../../lib/domain/errors.ts';
import type { Instant } from '../../lib/domain/time.ts';

/** A store to try, empty, whose clock the contract sets. */
export interface StoreUnderTest {
  readonly store: ReviewStore;
  readonly setNow: (now: Instant) => void;
  close(): Promise<void>;
}

/** Every entry of a paged list, a few at a time. */
export async function everything<T>(list: (page: PageRequest) => Promise<Page<T>>, limit = 3): Promise<T[]> {
  const entries: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ limit, cursor });
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    entries.push(...page.entries);
    cursor = page.next;
  } while (cursor !== undefined);
  return entries;
}

/** Everything due in all shards. */
export async function allDue(store: ReviewStore, now: Instant, limit = 2) {
  const shards = Array.from({ length: store.dueShards }, (_, shard) => shard);
  const found = await Promise.all(
    shards.map((shard) => everything((page) => store.due(shard, now, page), limit)),
  );
  return found.flat();
}

/** The conflict a commit must end in. */
export async function conflictOf(commit: Promise<void>): Promise<ConflictError> {
  const outcome = await commit.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(outcome instanceof ConflictError)) expect.fail(`expected a conflict, got ${String(outcome)}`);
  return outcome;
}
