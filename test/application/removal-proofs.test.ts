import { describe, expect, test } from 'vitest';
import { generateKey } from '../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../lib/adapters/crypto/signers.ts';
import { createMemoryReviewStore } from '../../lib/adapters/memory/review-store.ts';
import { viewDesk } from '../../lib/application/desk.ts';
import { turnPart } from '../../lib/application/enforcement/back-to-shadow.ts';
import { listRemovals } from '../../lib/application/list-removals.ts';
import { stopEnforcement } from '../../lib/application/stop-enforcement.ts';
import { Work } from '../../lib/application/work.ts';
import type { DefinitionInput } from '../../lib/domain/campaign/definition.ts';
import { ConflictError, RefusedError, UpstreamError } from '../../lib/domain/errors.ts';
import type { Identity } from '../../lib/domain/identity/identity.ts';
import { RiskTier } from '../../lib/domain/identity/risk-tier.ts';
import { DAY_MS, HOUR_MS, type Instant, plusDays, plusMs } from '../../lib/domain/time.ts';
import {
  CONNECTOR_ACTS,
  type ConnectorAct,
  Killed,
  type Mishap,
  makeFlaky,
  seeded,
} from '../support/flaky-connector.ts';
import { holdsEverything, mayActOn, type Observed, observe } from '../support/removal-invariants.ts';
import { answer, bringBack, itemRef, ownedIdentity, storedRemoval } from '../support/reviews.ts';
import { keepLog } from '../support/target-system.ts';
import { MONDAY, type World, world } from '../support/world.ts';

const SIGNER = p256Signer(generateKey('p256'));
const OWNERS = ['ada', 'ben', 'cleo'] as const;
const ownerOf = (index: number): string => OWNERS[index % OWNERS.length] ?? 'ada';
type Enforcement = NonNullable<DefinitionInput['enforcement']>;

/** A campaign whose connector is flaky, watched all the time. */
async function stage(
  identities: readonly Identity[],
  enforcement: Enforcement,
  more: Partial<DefinitionInput> = {},
) {
  const w = await world({
    identities,
    signer: SIGNER,
    store: () => createMemoryReviewStore({ dueShards: 1, inboxShards: 1 }),
    lenient: true,
    definition: { enforcement, ...more },
  });
  keepLog(w.target, new Map());
  const flaky = makeFlaky(w.target);
  return { w, flaky };
}

/** What may come of work when a provider fails, a process ends, or somebody else was first. */
function isExpected(error: unknown): boolean {
  return error instanceof Killed || error instanceof UpstreamError || error instanceof ConflictError;
}

async function expectedly(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isExpected(error) && !(error instanceof RefusedError)) throw error;
  });
}

/** Does what is due, each piece of work given to two workers at once; what fails is found again by a later tick. */
async function tickTwice(w: World): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    const dispatched = await w.tick();
    while (w.queued.length > 0) {
      const work = Work.parse(JSON.parse(JSON.stringify(w.queued.shift()?.body)));
      await Promise.all([expectedly(w.work(work)), expectedly(w.work(work))]);
    }
    if (dispatched === 0) return;
  }
}

/** Lets time pass in steps; everything that must always hold is checked after each. */
async function watchUntil(seen: Observed, until: Instant, stepMs: number): Promise<void> {
  const { w } = seen;
  while (w.clock.now() < until) {
    w.setClock(plusMs(w.clock.now(), stepMs));
    await tickTwice(w);
    await holdsEverything(seen);
  }
}

/** Whatever acts without being allowed to is kept; throwing it would only look like a provider that fails. */
function guard(flaky: ReturnType<typeof makeFlaky>, seen: Observed): Error[] {
  const breaches: Error[] = [];
  flaky.watch = async (act, target) => {
    await mayActOn(seen, act, target).catch((error: Error) => void breaches.push(error));
  };
  return breaches;
}

describe('wherever the provider fails', () => {
  const MISHAPS: readonly Mishap[] = (['before', 'after'] as const).flatMap((when) =>
    (['timeout', 'rejected', 'killed'] as const).map((how) => ({ when, how })),
  );
  const NO_TEST = { said: '', enforcement: {}, mostDisables: 1 };
  /** Off for five minutes first: once more when nobody knows whether it took effect, and then for good. */
  const SCREAM_TEST = {
    said: ' in a scream test, too',
    enforcement: { screamTest: { tiers: [...RiskTier.options], minutes: [5] } },
    mostDisables: 3,
  };
  const cases = [
    ...CONNECTOR_ACTS.map((act) => ({ act, plan: NO_TEST })),
    ...(['disable', 'restore', 'activity'] as const).map((act) => ({ act, plan: SCREAM_TEST })),
  ].flatMap((one) => MISHAPS.map((mishap) => ({ ...one, ...one.plan, ...mishap, mishap })));

  test.each(cases)(
    '$act ends in $how $when it took effect$said: with two enforcers at once everything ends as it should',
    async ({ act, mishap, plan }) => {
      const [goes, returns, stays] = ['goes', 'returns', 'stays'].map((name) =>
        ownedIdentity(name, 'ada'),
      ) as [Identity, Identity, Identity];
      const enforcement: Enforcement = {
        defaultMode: 'armed',
        caps: [],
        deleteAfterQuarantine: true,
        ...plan.enforcement,
      };
      const { w, flaky } = await stage([goes, returns, stays], enforcement);
      const campaign = await w.open();
      const seen = observe(w, campaign, enforcement);
      const breaches = guard(flaky, seen);
      // The first two calls: one for each of what is switched off, whoever comes first.
      flaky.plan = (of, nth) => (of === act && nth <= 2 ? mishap : undefined);

      for (const one of [goes, returns])
        await answer(w, itemRef(campaign, one), 'ada', { verdict: 'revoke', reason: 'gone' });
      await answer(w, itemRef(campaign, stays), 'ada', { verdict: 'certify', reason: 'in use' });
      await watchUntil(seen, plusMs(MONDAY, 6 * HOUR_MS), HOUR_MS);
      const { removalId } = await storedRemoval(w, itemRef(campaign, returns));
      await expectedly(bringBack(w, itemRef(campaign, returns), removalId, 'ada'));
      await watchUntil(seen, plusMs(MONDAY, 9 * HOUR_MS), HOUR_MS);
      if ((await storedRemoval(w, itemRef(campaign, returns))).state !== 'restored')
        await expectedly(bringBack(w, itemRef(campaign, returns), removalId, 'ada'));
      expect((await storedRemoval(w, itemRef(campaign, returns))).state).toBe('restored');
      await answer(w, itemRef(campaign, returns), 'ada', { verdict: 'certify', reason: 'in use after all' });
      await watchUntil(seen, plusDays(MONDAY, 40), DAY_MS);

      expect(breaches).toEqual([]);
      expect(flaky.calls.some((call) => call.act === act && call.mishap !== undefined)).toBe(true);
      expect((await storedRemoval(w, itemRef(campaign, returns))).state).toBe('restored');
      expect(w.target.enabled.get(returns.identityId)).toBe(true);
      expect(w.target.enabled.get(stays.identityId)).toBe(true);
      const gone = await storedRemoval(w, itemRef(campaign, goes));
      expect(gone.state).toMatch(/^(deleted|failed)$/);
      expect(gone.brownOuts !== undefined).toBe(plan === SCREAM_TEST);
      if (mishap.how !== 'rejected') expect(gone.state).toBe('deleted');
      const offs = w.target.disables.filter((id) => id === goes.identityId);
      expect(offs.length).toBeLessThanOrEqual(plan.mostDisables);
    },
  );
});

describe('two hundred removals, while calls fail and time out after having taken effect', () => {
  const COUNT = 220;
  const REVOKED = 190;
  const KEPT = 10;
  const enforcement: Enforcement = {
    defaultMode: 'armed',
    deleteAfterQuarantine: true,
    caps: [
      { per: 'campaign', count: 165 },
      { per: 'owner', count: 60 },
      { per: 'day', count: 45 },
    ],
    freezes: [
      { from: plusDays(MONDAY, 2), until: plusDays(MONDAY, 3), reason: 'month end' },
      { from: plusDays(MONDAY, 33), until: plusDays(MONDAY, 34), reason: 'quarter end' },
    ],
    protect: [{ where: 'identity.name.startsWith("keep-")', reason: 'the board asked for it' }],
  };
  /** Five in a hundred calls take effect and are not answered; few others fail, or take the process with them. */
  const mishaps = (chance: () => number) => (): Mishap | undefined => {
    const drawn = chance();
    if (drawn < 0.05) return { when: 'after', how: 'timeout' };
    if (drawn < 0.08) return { when: 'before', how: 'unavailable' };
    if (drawn < 0.1) return { when: drawn < 0.09 ? 'before' : 'after', how: 'killed' };
    if (drawn < 0.105) return { when: drawn < 0.1025 ? 'before' : 'after', how: 'rejected' };
    return undefined;
  };

  test('caps, reasons, reports and ways back hold at every tick', async () => {
    const chance = seeded(2);
    const identities = Array.from({ length: COUNT }, (_, index) =>
      ownedIdentity(`${index % 40 === 7 ? 'keep' : 'job'}-${index}`, ownerOf(index)),
    );
    const timeline = { reviewDays: 10, graceDays: 5, closeAfterDays: 40 };
    const { w, flaky } = await stage(identities, enforcement, { timeline });
    // Some were off before anybody asked.
    for (const { identityId } of identities.slice(20, 24)) w.target.enabled.set(identityId, false);
    const campaign = await w.open();
    const keep = new Set(
      identities.filter(({ name }) => name.startsWith('keep-')).map((one) => one.identityId),
    );
    const seen = observe(w, campaign, enforcement, (identityId) => keep.has(identityId as never));
    const breaches = guard(flaky, seen);
    flaky.plan = mishaps(chance);
    const refOf = (one: Identity) => itemRef(campaign, one);
    const removals = () => listRemovals(w.environment)(campaign.campaignId);

    for (const [index, one] of identities.slice(0, REVOKED + KEPT).entries()) {
      const verdict = index < REVOKED ? 'revoke' : 'certify';
      await answer(w, refOf(one), ownerOf(index), { verdict, reason: 'looked at it' });
    }
    await watchUntil(seen, plusMs(MONDAY, 4 * HOUR_MS), HOUR_MS);
    // Everything is stopped for some hours, then one part is sent back to shadow for a day.
    await stopEnforcement(w.environment)({ act: 'stop', reason: 'something is wrong' }, w.who('sam'));
    await watchUntil(seen, plusMs(MONDAY, 10 * HOUR_MS), 2 * HOUR_MS);
    await stopEnforcement(w.environment)(
      { act: 'start', reason: 'it was not', approverId: 'max' },
      w.who('sam'),
    );
    await watchUntil(seen, plusDays(MONDAY, 4), 4 * HOUR_MS);
    const tier = (await removals())[0]?.tier ?? 'high';
    const turn = turnPart(w.environment);
    const part = { connector: 'aws-iam', tier };
    await turn(part, { act: 'disarm', reason: 'one was wrong' }, w.who('sam'));
    await watchUntil(seen, plusDays(MONDAY, 5), 4 * HOUR_MS);
    await turn(part, { act: 'arm', reason: 'looked into', approverId: 'max' }, w.who('sam'));
    await watchUntil(seen, plusDays(MONDAY, 7), 8 * HOUR_MS);
    // A second person lifts caps for some of what waits.
    const { approvals } = await viewDesk(w.environment)('max');
    for (const [index, pending] of approvals.slice(0, 8).entries()) {
      const word = { ...pending, agree: true, reason: 'looked', who: w.who('max'), actId: `lift-${index}` };
      await expectedly(w.actions.approve(word));
    }
    // Silence has its consequences, and some of what is off is wanted back, while calls go on failing.
    for (let day = 8; day < 28; day += 1) {
      const off = (await removals()).filter(({ state }) => state === 'quarantined' || state === 'failed');
      for (const { identityKey, removalId, ownerId } of off.slice(0, 2)) {
        await expectedly(bringBack(w, { campaignId: campaign.campaignId, identityKey }, removalId, ownerId));
      }
      await watchUntil(seen, plusDays(MONDAY, day), DAY_MS);
    }
    const begun = (await removals()).filter(({ attempts }) => attempts > 0);

    // Whatever is not deleted yet can be brought back to exactly what it was.
    for (const { identityKey, removalId, ownerId, identityId, state } of begun) {
      if (state === 'restored') continue;
      if (chance() < 0.5) continue;
      flaky.plan = () => undefined;
      await bringBack(w, { campaignId: campaign.campaignId, identityKey }, removalId, ownerId);
      expect(w.target.enabled.get(identityId as never)).toBe(seen.prior.get(identityId));
    }
    flaky.plan = mishaps(chance);
    // Quarantines end: deletion is an act like any other.
    await watchUntil(seen, plusDays(MONDAY, 31), DAY_MS / 2);
    await turn(part, { act: 'disarm', reason: 'another was wrong' }, w.who('sam'));
    await watchUntil(seen, plusDays(MONDAY, 32), DAY_MS / 2);
    await turn(part, { act: 'arm', reason: 'looked into', approverId: 'max' }, w.who('sam'));
    await watchUntil(seen, plusDays(MONDAY, 45), DAY_MS);

    expect(breaches).toEqual([]);
    expect((await removals()).length).toBeGreaterThanOrEqual(200);
  }, 120_000);
});

describe('bringing back and deleting at the same moment', () => {
  /** One identity switched off; its owner asks for it back at the first such call after its quarantine has ended. */
  async function askedBackDuring(act: ConnectorAct) {
    const one = ownedIdentity('one', 'ada');
    const enforcement: Enforcement = { defaultMode: 'armed', caps: [], deleteAfterQuarantine: true };
    const { w, flaky } = await stage([one], enforcement);
    const ref = itemRef(await w.open(), one);
    await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
    await w.until(plusDays(MONDAY, 20), DAY_MS);
    const { removalId, quarantineUntil = '' } = await storedRemoval(w, ref);
    let word: Promise<unknown> | undefined;
    flaky.watch = async (of) => {
      if (of !== act || word || w.clock.now() < quarantineUntil) return;
      word = bringBack(w, ref, removalId, 'ada').catch((error: unknown) => error);
      await word;
    };
    await w.until(plusDays(MONDAY, 33), DAY_MS);
    return { w, one, ref, said: await word };
  }

  test('what is asked for before the deletion is written down comes back, and is not deleted', async () => {
    const { w, one, ref } = await askedBackDuring('verify');

    const [removal] = await w.environment.store.removalsOf(ref.identityKey);
    expect(removal?.state).toBe('restored');
    expect(w.target.enabled.get(one.identityId)).toBe(true);
  });

  test('once deletion has begun nobody is told that it comes back', async () => {
    const { w, one, ref, said } = await askedBackDuring('remove');

    expect(said).toMatchObject({ code: 'ALREADY_EXECUTING' });
    expect((await storedRemoval(w, ref)).state).toBe('deleted');
    expect(w.target.enabled.has(one.identityId)).toBe(false);
  });

  test('a deletion that was cut off can be taken back later, when nothing was deleted', async () => {
    const one = ownedIdentity('one', 'ada');
    const enforcement: Enforcement = { defaultMode: 'armed', caps: [], deleteAfterQuarantine: true };
    const { w, flaky } = await stage([one], enforcement);
    const ref = itemRef(await w.open(), one);
    await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
    flaky.plan = (act) => (act === 'remove' ? { when: 'before', how: 'killed' } : undefined);
    await w.until(plusDays(MONDAY, 33), DAY_MS);
    const { removalId } = await storedRemoval(w, ref);

    w.setClock(plusMs(w.clock.now(), HOUR_MS));
    await bringBack(w, ref, removalId, 'ada');

    expect(w.target.enabled.get(one.identityId)).toBe(true);
  });
});
