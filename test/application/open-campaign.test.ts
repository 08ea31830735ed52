import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateKey } from '../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../lib/adapters/crypto/signers.ts';
import { createReviewStore } from '../../lib/adapters/dynamodb/review-store.ts';
import { createMemoryReviewStore } from '../../lib/adapters/memory/review-store.ts';
import { beginOpening } from '../../lib/application/begin-opening.ts';
import { considerBatch } from '../../lib/application/consider-batch.ts';
import { finishOpening } from '../../lib/application/finish-opening.ts';
import { type OpenOptions, openCampaign } from '../../lib/application/open-campaign.ts';
import type { ReviewStore } from '../../lib/application/ports/review-store.ts';
import { ConflictError, UpstreamError } from '../../lib/domain/errors.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';
import { openStore } from '../adapters/dynamodb/open-store.ts';
import { onlyCampaign, openedEssence, openingWorld, QUARTERLY, SMALL } from '../support/openings.ts';
import { wire } from '../support/power-cuts.ts';
import type { World } from '../support/world.ts';

const SIGNER = p256Signer(generateKey('p256'));
const oneShard = () => createMemoryReviewStore({ dueShards: 1, inboxShards: 1 });
const fresh = (store: (clock: World['clock']) => ReviewStore = oneShard) =>
  openingWorld({ signer: SIGNER, store });

/** The steps as separate functions would do them, each with nothing in memory from before. */
const stepsOf = ({ environment }: World) => ({
  begin: () => beginOpening(environment, SMALL)(QUARTERLY),
  consider: async (batch: number) =>
    considerBatch(environment)({ campaignId: (await onlyCampaign(environment)).campaignId, batch }),
  finish: async () => finishOpening(environment)((await onlyCampaign(environment)).campaignId),
});

const openHere = ({ environment }: World, options: OpenOptions = {}) =>
  openCampaign(environment, { sizes: SMALL, ...options })(QUARTERLY);

async function undisturbed() {
  const w = await fresh();
  await openCampaign(w.environment)(QUARTERLY);
  return openedEssence(w);
}
const reference = undisturbed();
/** Batches of three over seven and five identities. */
const BATCHES = [0, 1, 2, 3, 4];

/** What a step meets when somebody else is at it, or has not got so far. */
function isEarly(error: unknown): boolean {
  return (
    error instanceof ConflictError ||
    (error instanceof UpstreamError && error.code === 'NOT_READY') ||
    (error instanceof Error && error.message === '0 campaigns')
  );
}
const unlessEarly = (error: unknown) => {
  if (!isEarly(error)) throw error;
};

async function expectAsUndisturbed(w: World, message?: string) {
  expect(await openedEssence(w), message).toEqual(await reference);
}

describe('opening a campaign', () => {
  test('in one go gives items, dockets, a manifest and one statement', async () => {
    const { campaign, items, dockets, manifest, open, snapshots, attested } = await reference;

    expect(campaign).toMatchObject({
      state: 'open',
      counts: { considered: 12, included: 11, excluded: 1, dockets: 4 },
    });
    expect(items.flat()).toHaveLength(11);
    expect(dockets.map(({ reviewerId }) => reviewerId)).toEqual(['ada', 'ben', 'cleo', 'fay']);
    expect(manifest.split('\n').filter((line) => line.includes('"included":true'))).toHaveLength(11);
    expect({ open, snapshots, attested }).toEqual({ open: 11, snapshots: 11, attested: 1 });
  });

  test('in small batches comes to the same, byte for byte, and tells how far it is', async () => {
    const w = await fresh();
    const told: number[] = [];

    await openCampaign(w.environment, { sizes: SMALL })({
      ...QUARTERLY,
      progress: (considered) => told.push(considered),
    });

    await expectAsUndisturbed(w);
    expect(told).toHaveLength(BATCHES.length);
    expect(told.at(-1)).toBe(12);
  });

  test('step by step tells which batches are left, and refuses to finish before all are done', async () => {
    const w = await fresh();
    const { begin, consider, finish } = stepsOf(w);
    expect((await begin()).batches).toEqual(BATCHES);
    await consider(3);
    await consider(0);

    expect((await begin()).batches).toEqual([1, 2, 4]);
    await expect(finish()).rejects.toThrow(/3 of its 5 batches are not done/);
    await expect(consider(5)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    for (const batch of [1, 2, 4]) await consider(batch);
    await finish();

    expect((await begin()).batches).toEqual([]);
    await expectAsUndisturbed(w);
  });

  test('begins again when its first write conflicts with something that came to nothing', async () => {
    const w = await fresh();
    const { store } = w.environment;
    let conflicts = 1;
    const commit: ReviewStore['commit'] = async (writes) => {
      if (writes.some(({ kind }) => kind === 'campaign') && conflicts-- > 0) {
        throw new ConflictError({ code: 'CONFLICT', message: 'another transaction', positions: [0] });
      }
      await store.commit(writes);
    };

    const { campaign } = await beginOpening(
      { ...w.environment, store: { ...store, commit } },
      SMALL,
    )(QUARTERLY);

    expect(campaign.state).toBe('opening');
  });

  test('in any order, twice and at once, comes to the same', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...BATCHES) },
      { weight: 1, arbitrary: fc.constantFrom('begin' as const, 'finish' as const) },
    );
    const runs = fc.array(fc.array(step, { maxLength: 9 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(runs, fc.scheduler(), async (runs, scheduler) => {
        const w = await fresh();
        await stepsOf(w).begin();
        let isOver = false;
        delayEveryCall(w, async () => (isOver ? undefined : scheduler.schedule(Promise.resolve())));
        const { begin, consider, finish } = stepsOf(w);
        const work = runs.map(async (steps) => {
          for (const each of steps) {
            const doing = each === 'begin' ? begin() : each === 'finish' ? finish() : consider(each);
            await doing.catch(unlessEarly);
          }
        });
        const all = (async () => {
          await Promise.all(work);
          w.advanceWallClock(17 * MINUTE_MS);
          await openHere(w);
        })();

        await scheduler.waitFor(all);
        isOver = true;

        await expectAsUndisturbed(w);
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  test.each([['in memory', false] as const, ['on DynamoDB', true] as const])(
    'by two processes at once gives both the one campaign, %s',
    async (_, onDynamoDb) => {
      const opened = onDynamoDb ? await openStore(1) : undefined;
      const clients = opened && { client: opened.client, table: 'reviews', dueShards: 1, inboxShards: 1 };
      try {
        const w = await fresh(clients && ((clock) => createReviewStore({ ...clients, clock })));
        const pause = () => new Promise<void>((resolve) => void setTimeout(resolve, 5));

        const [one, other] = await Promise.all([openHere(w, { pause }), openHere(w, { pause })]);

        expect(one).toEqual(other);
        await expectAsUndisturbed(w);
      } finally {
        await opened?.close();
      }
    },
  );

  test.each(['before', 'after'] as const)(
    'cut off at any call, %s it took effect, and taken up again comes to the same',
    async (when) => {
      const whole = await fresh();
      const power = wire(whole);
      await openHere(whole);
      expect(power.calls).toBeGreaterThan(40);

      for (let call = 1; call <= power.calls; call += 1) {
        const w = await fresh();
        const cut = wire(w);
        cut.cutAt(call, when);
        await openHere(w).catch(() => undefined);
        expect(cut.restore()).toBe(true);
        cut.cutAt(undefined, when);
        w.advanceWallClock(17 * MINUTE_MS);
        await openHere(w);
        await expectAsUndisturbed(w, `${when} call ${call}`);
      }
    },
    60_000,
  );
});

/** Every call of store and blobs takes effect whenever the schedule says. */
function delayEveryCall({ environment }: World, turn: () => Promise<unknown>): void {
  for (const port of [environment.store, environment.blobs]) {
    const methods = port as unknown as Record<string, (...args: unknown[]) => unknown>;
    for (const [name, real] of Object.entries(methods)) {
      if (typeof real !== 'function' || name === 'lines') continue;
      methods[name] = async (...args) => {
        await turn();
        return real.apply(port, args);
      };
    }
  }
}
