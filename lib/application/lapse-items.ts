// Recording silence: one attested no-response per item, citing the notices, and the removal that follows from it.
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Definition } from '../domain/campaign/definition.ts';
import { ConflictError } from '../domain/errors.ts';
import { transition } from '../domain/lifecycle.ts';
import { DOCKET_LIFECYCLE, type Docket } from '../domain/review/docket.ts';
import { ITEM_LIFECYCLE, type ReviewItem } from '../domain/review/review-item.ts';
import type { Instant } from '../domain/time.ts';
import { untilNoConflict } from './conflict.ts';
import { openItemsOf } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { loadCampaign, loadDefinition } from './load.ts';
import { planRemovals } from './plan-removal.ts';
import type { RecordKeys } from './ports/records.ts';
import { update } from './ports/review-store.ts';

/** Rung of what was reopened or handed on after the ladder had begun; served ones carry the instant it came. */
export const REOPENED_RUNG = 'reopened';

/** When silence about an item counts: its own time after a reopening, otherwise the end of grace. */
export function dueAtOf(item: ReviewItem, campaign: Campaign): Instant {
  return item.dueAt ?? campaign.graceEndsAt;
}

/** Whether its present reviewer was told anything since the item came (back) to them, or everything was tried to. */
export function wasAsked(docket: Docket, item: ReviewItem): boolean {
  if (item.round === 0 && item.hops.length === 0) return true;
  return docket.tellings.some(({ at }) => at >= item.reviewerSince) || wasAskedAnew(docket, item);
}

/** Whether the rung of what came (back) late was served to its end since the item came. */
export function wasAskedAnew({ servedRungs }: Docket, { reviewerSince }: ReviewItem): boolean {
  return servedRungs.some(
    (id) => id.startsWith(`${REOPENED_RUNG}@`) && id >= `${REOPENED_RUNG}@${reviewerSince}`,
  );
}

/**
 * Makes the use case: grace is over for a docket. What is open in it lapses, but not what came (back) too late to have
 * been asked about: the chase goes on for that.
 */
export function lapseDocket(environment: Environment) {
  return async (key: RecordKeys['docket']): Promise<number> => {
    const { store, clock } = environment;
    const docket = await store.get('docket', key);
    if (!docket) return 0;
    const campaign = await loadCampaign(store, docket.campaignId);
    if (campaign.state !== 'enforcing') return 0;
    const items = await openItemsOf(environment, campaign, docket.reviewerId);
    const now = clock.now();
    const silent = items.filter((item) => dueAtOf(item, campaign) <= now && wasAsked(docket, item));
    const lapsed = await lapseItems(environment, campaign, docket, silent);
    if (silent.length < items.length) await chaseOn(environment, docket, now);
    return lapsed;
  };
}

async function chaseOn({ store }: Environment, key: RecordKeys['docket'], now: Instant): Promise<void> {
  await untilNoConflict(async () => {
    const docket = await store.get('docket', key);
    if (docket?.state !== 'chasing' || (docket.nextDueAt !== undefined && docket.nextDueAt <= now)) return;
    await store.commit([update('docket', docket, { nextDueAt: now })]);
  });
}

/** Lapses the items, each in a transaction of its own, then ends the chase of the docket. An answer that came first wins. */
export async function lapseItems(
  environment: Environment,
  campaign: Campaign,
  docket: Docket,
  items: readonly ReviewItem[],
): Promise<number> {
  const { store, blobs } = environment;
  const definition = await loadDefinition(blobs, campaign.definitionDigest);
  let lapsed = 0;
  for (const item of items) {
    try {
      await lapseItem(environment, campaign, definition, docket, item);
      lapsed += 1;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
  await untilNoConflict(async () => {
    const current = await store.get('docket', docket);
    if (current?.state !== 'chasing') return;
    if ((await store.countOpenItems(docket.campaignId, docket.reviewerId)) > 0) return;
    const state = transition(DOCKET_LIFECYCLE, 'docket', current.state, 'lapse');
    await store.commit([update('docket', current, { state, nextDueAt: undefined })]);
  });
  return lapsed;
}

async function lapseItem(
  environment: Environment,
  campaign: Campaign,
  definition: Definition,
  docket: Docket,
  item: ReviewItem,
): Promise<void> {
  const { attestor, store, clock } = environment;
  const at = clock.now();
  const noResponse = await attestor.attest(
    {
      name: 'no-response',
      subject: { name: item.identityId, sha256: item.snapshot },
      step: `no-response/${campaign.campaignId}`,
      ordinal: item.round,
      predicate: {
        build: attestor.build,
        actor: attestor.system,
        at,
        campaignId: campaign.campaignId,
        definitionDigest: campaign.definitionDigest,
        identityId: item.identityId,
        reviewer: attestor.pseudonym(item.reviewerId),
        notices: docket.tellings.map(({ noticeId, channel, outcome, at: toldAt }) => ({
          noticeId,
          channel,
          ...(outcome === 'delivered' ? { deliveredAt: toldAt } : {}),
        })),
        ...(docket.firstToldAt === undefined ? {} : { firstToldAt: docket.firstToldAt }),
        action: definition.noResponse,
      },
    },
    at,
  );
  const disable =
    definition.noResponse === 'disable' ||
    (definition.noResponse === 'accept-recommendation' && item.recommendation === 'switch-off');
  const planned = disable
    ? await planRemovals(environment, {
        campaign,
        definition,
        item,
        cause: 'no-response',
        becauseOf: noResponse.attestationId,
        executeAfter: at,
        ordinal: 1000 + item.round,
      })
    : { removals: [], writes: [] };
  await store.commit([
    update('item', item, {
      state: transition(ITEM_LIFECYCLE, 'review item', item.state, 'lapse'),
      noResponseId: noResponse.attestationId,
      removalIds: [...item.removalIds, ...planned.removals.map(({ removalId }) => removalId)],
    }),
    ...noResponse.writes,
    ...planned.writes,
  ]);
}
