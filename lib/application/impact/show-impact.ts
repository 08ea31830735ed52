// What switching off would have refused, worked out before the owner decides: for what we suggest to switch off.
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { UpstreamError } from '../../domain/errors.ts';
import type { ReviewItem } from '../../domain/review/review-item.ts';
import { MINUTE_MS, millisOf } from '../../domain/time.ts';
import { untilNoConflict } from '../conflict.ts';
import { openItemsOf } from '../docket-view.ts';
import type { Environment } from '../environment.ts';
import { loadCampaign, loadDefinition, loadSnapshot } from '../load.ts';
import type { RecordKeys } from '../ports/records.ts';
import { update } from '../ports/review-store.ts';
import { attestImpact, replayImpact } from './replay-impact.ts';

/** No log is begun after so long: each takes some seconds. The rest comes with the docket's next look. */
const WORK_MS = 2 * MINUTE_MS;

/** Whether an item's owner is still to be shown what the log says, given how its system can be asked. */
export function wantsImpact({ connectors }: Pick<Environment, 'connectors'>, item: ReviewItem): boolean {
  if (item.state !== 'open' || item.recommendation !== 'switch-off') return false;
  // Evidence taken again is played again.
  if (item.impact !== undefined && item.impact.until >= item.snapshotAt) return false;
  return connectors.all().some(({ manifest, activity }) => manifest.id === item.connector && activity);
}

/**
 * Makes the use case: plays the logs of one docket's open items and stores each finding on its item, attested.
 * @returns how many were played
 * @throws UpstreamError retryable, when a log could not be read just now; what could be played is kept
 */
export function showImpact(environment: Environment) {
  return async (key: RecordKeys['docket']): Promise<number> => {
    if (!environment.connectors.all().some(({ activity }) => activity)) return 0;
    const campaign = await loadCampaign(environment.store, key.campaignId);
    if (!['open', 'grace', 'enforcing'].includes(campaign.state)) return 0;
    const items = await openItemsOf(environment, campaign, key.reviewerId);
    const startedMs = millisOf(environment.wallClock.now());
    let played = 0;
    let failure: UpstreamError | undefined;
    for (const item of items.filter((one) => wantsImpact(environment, one))) {
      if (millisOf(environment.wallClock.now()) - startedMs > WORK_MS) break;
      try {
        await showOne(environment, campaign, item);
        played += 1;
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        failure ??= error;
      }
    }
    if (failure) throw failure;
    return played;
  };
}

async function showOne(environment: Environment, campaign: Campaign, item: ReviewItem): Promise<void> {
  const { store, blobs, connectors } = environment;
  const { enforcement } = await loadDefinition(blobs, campaign.definitionDigest);
  const { identity } = await loadSnapshot(blobs, item.snapshot);
  const [connector] = connectors.chosen(item.connector, identity.scope);
  const impact = await replayImpact(environment, {
    connector,
    target: { identityId: item.identityId, credentialId: undefined, reviewed: identity },
    days: enforcement.impactDays,
  });
  const { campaignId, definitionDigest } = campaign;
  const signed = await attestImpact(environment, impact, {
    campaignId,
    definitionDigest,
    snapshot: item.snapshot,
    step: `${campaignId}/impact`,
    ordinal: item.round,
  });
  await untilNoConflict(async () => {
    const current = await store.get('item', item);
    // It was answered, or its evidence taken again, meanwhile.
    if (!current || current.snapshot !== item.snapshot || !wantsImpact(environment, current)) return;
    await store.commit([update('item', current, { impact: impact.ref }), ...signed.writes]);
  });
}
