// Recording silence: one attested no-response per item, citing the notices, and the removal that follows from it.
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Definition } from '../domain/campaign/definition.ts';
import { ConflictError } from '../domain/errors.ts';
import { transition } from '../domain/lifecycle.ts';
import { DOCKET_LIFECYCLE, type Docket } from '../domain/review/docket.ts';
import { ITEM_LIFECYCLE, type ReviewItem } from '../domain/review/review-item.ts';
import { untilNoConflict } from './conflict.ts';
import { openItemsOf } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { loadCampaign, loadDefinition } from './load.ts';
import { planRemovals } from './plan-removal.ts';
import type { RecordKeys } from './ports/records.ts';
import { update } from './ports/review-store.ts';

/** Makes the use case: grace is over for a docket; everything still open in it lapses. */
export function lapseDocket(environment: Environment) {
  return async (key: RecordKeys['docket']): Promise<number> => {
    const { store } = environment;
    const docket = await store.get('docket', key);
    if (!docket) return 0;
    const campaign = await loadCampaign(store, docket.campaignId);
    if (campaign.state !== 'enforcing') return 0;
    const items = await openItemsOf(environment, campaign, docket.reviewerId);
    const silent = items.filter(({ dueAt }) => dueAt === undefined || dueAt <= environment.clock.now());
    return lapseItems(environment, campaign, docket, silent);
  };
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
