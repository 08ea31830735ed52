import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateKey } from '../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../lib/adapters/crypto/signers.ts';
import { createMemoryReviewStore } from '../../lib/adapters/memory/review-store.ts';
import { reconcileCampaign } from '../../lib/application/close-campaign.ts';
import type { Campaign } from '../../lib/domain/campaign/campaign.ts';
import { businessDaysBetween, localDay } from '../../lib/domain/chase/working-time.ts';
import { assertReconciles, sumsOf } from '../../lib/domain/metrics/reconciliation.ts';
import type { Removal } from '../../lib/domain/removal/removal.ts';
import { HOUR_MS, plusDays, plusMs } from '../../lib/domain/time.ts';
import { itemRef, storedItem } from '../support/reviews.ts';
import { type Act, IDENTITIES, isRace, perform, type Seen, story, watch } from '../support/stories.ts';
import { DEFINITION, PEOPLE, type World, world } from '../support/world.ts';

const SIGNER = p256Signer(generateKey('p256'));
const CAP = 2;

async function live(groups: readonly (readonly Act[])[]) {
  const w = await world({
    identities: IDENTITIES,
    signer: SIGNER,
    store: () => createMemoryReviewStore({ dueShards: 1, inboxShards: 1 }),
    lenient: true,
    definition: {
      enforcement: { defaultMode: 'armed', caps: [{ per: 'campaign', count: CAP }] },
      reviewers: { ...DEFINITION.reviewers, secondApproverTiers: ['critical', 'high'] },
    },
  });
  const seen = watch(w);
  const campaign = await w.open();
  for (const [round, group] of groups.entries()) {
    const hours = group.map((one) => (one.kind === 'wait' ? one.hours : 0)).reduce((a, b) => a + b, 0);
    if (hours > 0) await w.until(plusMs(w.clock.now(), hours * HOUR_MS), 8 * HOUR_MS);
    await Promise.all([
      ...group.map((one, index) => perform({ w, campaign, seen, actId: `${round}/${index}` }, one)),
      w.settle(),
    ]);
    await w.settle();
  }
  const { closeBy } = await now(w, campaign);
  await w.until(plusDays(closeBy, 1), 8 * HOUR_MS);
  return { w, campaign: await now(w, campaign), seen };
}

async function now(w: World, { campaignId }: Campaign): Promise<Campaign> {
  const campaign = await w.environment.store.get('campaign', { campaignId });
  if (!campaign) throw new Error('no campaign');
  return campaign;
}

/** process.md §4: never two for one claim; one digest a day; silence when nothing is open. */
function expectOrderlyNotices(w: World): void {
  const ids = w.sent.map(({ noticeId }) => noticeId);
  expect(new Set(ids).size).toBe(ids.length);
  const digests = w.sent.filter(({ body }) => body.purpose === 'digest');
  const days = digests.map(
    ({ to, channel, now: at }) => `${to.personId}/${channel}/${localDay(at, to.timeZone)}`,
  );
  expect(new Set(days).size).toBe(days.length);
  const escalations = w.sent.flatMap(({ body, to, channel, now: at }) =>
    body.purpose === 'escalation' && !body.warning
      ? [`${to.personId}/${channel}/${localDay(at, to.timeZone)}`]
      : [],
  );
  expect(new Set(escalations).size).toBe(escalations.length);
  for (const { body } of digests) {
    if (body.purpose === 'digest') expect(body.dockets.every(({ open }) => open > 0)).toBe(true);
  }
}

/** process.md §5: nobody is cut without a reason that holds at that moment, nor for silence before five business days. */
async function expectJustExecutions(w: World, campaign: Campaign, seen: Seen): Promise<void> {
  const { store } = w.environment;
  const dockets = (await store.docketsIn(campaign.campaignId)).entries;
  for (const { removal, verdict, at } of seen.executions) {
    if (removal.cause === 'no-response') {
      expect(verdict, removal.name).toBeUndefined();
      const told = dockets
        .flatMap(({ tellings }) => tellings)
        .filter(({ outcome }) => outcome === 'delivered')
        .map(({ at: when }) => businessDaysBetween(when, at, 'UTC'));
      expect(Math.max(...told)).toBeGreaterThanOrEqual(5);
    } else {
      expect(verdict, removal.name).toBe(removal.cause === 'retired' ? 'retire' : 'revoke');
    }
  }
  const lifted = new Set(
    (await everyRemoval(w)).flatMap(({ approvals, removalId }) =>
      approvals.some(({ what }) => what.startsWith('blast-radius')) ? [removalId] : [],
    ),
  );
  const executed = new Set(seen.executions.map(({ removal }) => removal.removalId));
  expect(executed.size - [...executed].filter((id) => lifted.has(id)).length).toBeLessThanOrEqual(CAP);
  expect(w.target.disables.length).toBeLessThanOrEqual(executed.size);
}

async function everyRemoval(w: World): Promise<Removal[]> {
  const [campaign] = await w.environment.store.campaigns();
  return [...(await w.environment.store.removalsIn(campaign?.campaignId as never)).entries];
}

/** What the records say is what is so. */
async function expectTrueRecords(w: World, campaign: Campaign): Promise<void> {
  const removals = await everyRemoval(w);
  for (const identity of IDENTITIES) {
    const own = removals.filter(({ identityId }) => identityId === identity.identityId);
    const off = own.some(({ state }) => state === 'executed' || state === 'quarantined');
    expect(w.target.enabled.get(identity.identityId), identity.name).toBe(!off);
    const { state, round, hops, reviewerId, routedBy } = await storedItem(w, itemRef(campaign, identity));
    // Silence keeps nothing open but what came back, or was handed on, too late.
    if (state === 'open' && campaign.heldFrom === undefined) expect(round + hops.length).toBeGreaterThan(0);
    // Only who claims it may have had it before.
    if (routedBy !== 'claim') expect([...new Set([...hops, reviewerId])]).toEqual([...hops, reviewerId]);
  }
}

/** process.md §6 and §8: it always closes, and every column sums to the population. */
async function expectClosedAndReconciled(w: World, campaign: Campaign): Promise<void> {
  expect(campaign.state).toMatch(/^closed/);
  const rows = [];
  for await (const row of reconcileCampaign(w.environment, campaign)) rows.push(row);
  expect(assertReconciles(rows, IDENTITIES.length)).toEqual([]);
  const sums = sumsOf(rows);
  for (const column of Object.values(sums)) {
    expect(Object.values<number>(column).reduce((a, b) => a + b, 0)).toBe(IDENTITIES.length);
  }
}

async function expectNothingLeftUndone(w: World): Promise<void> {
  w.queued.splice(0);
  await w.settle();
  expect(await w.tick()).toBe(0);
  const people = await Promise.all(PEOPLE.map(({ personId }) => w.environment.store.noticesOf(personId)));
  expect(people.flatMap(({ entries }) => entries).filter(({ state }) => state === 'claimed')).toEqual([]);
}

test('whatever people do, in whatever order and however often, the rules of the process hold', async () => {
  await fc.assert(
    fc.asyncProperty(story, async (groups) => {
      const { w, campaign, seen } = await live(groups);
      const unexpected = w.failures.filter((error) => !isRace(error));
      expect(unexpected).toEqual([]);
      expectOrderlyNotices(w);
      await expectJustExecutions(w, campaign, seen);
      await expectTrueRecords(w, campaign);
      await expectClosedAndReconciled(w, campaign);
      await expectNothingLeftUndone(w);
    }),
    { numRuns: 25 },
  );
}, 60_000);
