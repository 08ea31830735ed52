// Random histories over several kinds of record, told to a store and to the one in memory: every answer must be the same.
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMemoryReviewStore } from '../../lib/adapters/memory/review-store.ts';
import { create, type ReviewStore, update, type Write } from '../../lib/application/ports/review-store.ts';
import { ConflictError } from '../../lib/domain/errors.ts';
import { plusDays, plusMs } from '../../lib/domain/time.ts';
import {
  attestation,
  campaignNamed,
  docket,
  handled,
  item,
  notice,
  promiseToChange,
  removal,
  T0,
} from './sample-records.ts';
import { allDue, everything, type StoreUnderTest } from './store-under-test.ts';

const number = fc.nat({ max: 3 });
const dueIn = fc.option(fc.integer({ min: -20, max: 200 }), { nil: undefined });
const someWrite = fc.record({
  what: fc.constantFrom('item', 'docket', 'removal', 'notice', 'promise', 'inbox', 'handled'),
  number,
  reviewer: fc.nat({ max: 1 }),
  dueInHours: dueIn,
  open: fc.boolean(),
  /** Pretends not to know the record, or to know an older one. */
  isStale: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
});
type SomeWrite = typeof someWrite extends fc.Arbitrary<infer T> ? T : never;
const histories = fc.array(fc.uniqueArray(someWrite, { maxLength: 6, minLength: 1, selector: keyOf }), {
  maxLength: 12,
});

function keyOf({ what, number }: SomeWrite): string {
  return `${what} ${number}`;
}

/** What a step makes of a record, and its first version. */
function freshRecord({ what, number, reviewer, dueInHours, open }: SomeWrite, run: string) {
  const campaignId = campaignNamed(run);
  const nextDueAt = dueInHours === undefined ? undefined : plusMs(T0, dueInHours * 3_600_000);
  const due = nextDueAt === undefined ? {} : { nextDueAt };
  const reviewerId = `${run}-r${reviewer}`;
  switch (what) {
    case 'item':
      return item(number, { campaignId, reviewerId, state: open ? 'open' : 'answered' });
    case 'docket':
      return { ...docket(`${run}-d${number}`, { campaignId }), nextDueAt: undefined, ...due };
    case 'removal':
      return removal(number, { campaignId, removalId: `${run}-${number}`, ...due });
    case 'promise':
      return promiseToChange(number, { campaignId, promiseId: `${run}-${number}`, ...due });
    case 'notice':
      return notice(`${run}-${number}`, {
        personId: `${run}-p`,
        claimedAt: plusMs(T0, dueInHours ?? 0),
        ...(open ? { providerId: `${run}/${number}/${dueInHours}` } : {}),
      });
    case 'inbox':
      return attestation(`${run} ${number}`).inbox;
    case 'handled':
      return handled(`${run} ${number}`);
  }
}

function writeFor(step: SomeWrite, run: string, known: Record<string, unknown> | undefined): Write {
  const fresh = freshRecord(step, run);
  const kind = step.what as 'item';
  if (!known) {
    if (step.isStale) return update(kind, { ...fresh, version: 4 } as never, fresh as never);
    return create(kind, fresh as never);
  }
  if (step.isStale) return create(kind, fresh as never);
  if ((step.what === 'inbox' || step.what === 'handled') && step.open) {
    return { kind: step.what, record: undefined, previous: known } as never;
  }
  const { version: _, ...change } = fresh;
  return update(kind, known as never, { ...change, nextDueAt: undefined, ...change } as never);
}

async function outcomeOf(commit: Promise<void>): Promise<unknown> {
  return commit.then(
    () => 'committed',
    (failure: unknown) => {
      if (failure instanceof ConflictError) return failure.positions;
      throw failure;
    },
  );
}

async function viewOf(store: ReviewStore, run: string) {
  const campaignId = campaignNamed(run);
  const inOrder = (entries: readonly unknown[]) => entries.map((entry) => JSON.stringify(entry)).toSorted();
  const items = Array.from({ length: 4 }, (_, n) => item(n, { campaignId }));
  const notices = await everything((page) => store.noticesOf(`${run}-p`, page), 2);
  return {
    records: await store.getMany('item', items),
    open: await Promise.all(
      [0, 1].map((r) => everything((page) => store.openItems(campaignId, `${run}-r${r}`, page), 2)),
    ),
    counts: await Promise.all([0, 1].map((r) => store.countOpenItems(campaignId, `${run}-r${r}`))),
    dockets: inOrder(await everything((page) => store.docketsIn(campaignId, page), 2)),
    docketsOf: await store.docketsOf(`${run}-d1`),
    removals: inOrder(await everything((page) => store.removalsIn(campaignId, page), 2)),
    notices,
    byProvider: await Promise.all(
      notices.map(({ providerId }) => store.noticeByProviderId('slack', providerId ?? 'none')),
    ),
    ofIdentity: await Promise.all(
      items.map(async ({ identityKey }) => [
        await store.itemsOf(identityKey),
        await store.removalsOf(identityKey),
        await store.promisesOf(identityKey),
      ]),
    ),
    due: inOrder(await allDue(store, plusDays(T0, 3), 7)),
    inbox: await Promise.all(
      Array.from({ length: store.inboxShards }, (_, shard) =>
        everything((page) => store.inbox(shard, page), 2),
      ),
    ),
  };
}

const SHARDS = 3;

/** Compares a store of so many shards, opened empty, with the one in memory. */
export function sameAsMemoryContract(open: (shards: number) => Promise<StoreUnderTest>): void {
  let under: StoreUnderTest;
  beforeAll(async () => {
    under = await open(SHARDS);
    under.setNow(T0);
  });
  afterAll(() => under.close());

  it('answers as the store in memory does, after any history', async () => {
    const memory = createMemoryReviewStore({ dueShards: SHARDS, inboxShards: SHARDS });
    let runs = 0;

    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        runs += 1;
        const run = `run-${runs}`;
        const known = new Map<string, Record<string, unknown>>();
        for (const steps of history) {
          const writes = steps.map((step) => writeFor(step, run, known.get(keyOf(step))));
          const outcome = await outcomeOf(memory.commit(writes));
          expect(await outcomeOf(under.store.commit(writes))).toEqual(outcome);
          if (outcome !== 'committed') continue;
          for (const [index, step] of steps.entries()) {
            const record = writes[index]?.record;
            if (record) known.set(keyOf(step), record as never);
            else known.delete(keyOf(step));
          }
        }
        expect(await viewOf(under.store, run)).toEqual(await viewOf(memory, run));
      }),
      { numRuns: 15 },
    );
  }, 120_000);
}
