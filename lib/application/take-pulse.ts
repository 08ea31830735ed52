// Measures what waits, what is late and what went wrong: by key and by bounded queries, never by a scan.
import type { Campaign } from '../domain/campaign/campaign.ts';
import { type Instant, plusDays } from '../domain/time.ts';
import type { PulseMetric } from '../pulse-metrics.ts';
import type { Clock } from './ports/clock.ts';
import type { ReviewStore } from './ports/review-store.ts';
import { type CampaignCount, countCampaign, isOver, sumOf } from './pulse/count-campaign.ts';
import { campaignValues, logValues, registerValues, switchValues, workValues } from './pulse/pulse-values.ts';

/** What the pulse needs. */
export interface PulseDeps {
  readonly store: ReviewStore;
  readonly clock: Clock;
}

/** One measurement. */
export interface Pulse {
  readonly at: Instant;
  /** By metric. What was not counted this time, or is not known, is missing: nothing is guessed. */
  readonly values: Readonly<Partial<Record<PulseMetric, number>>>;
  /** The campaigns that were counted through, with their ids: for logs, since ids make no dimensions. */
  readonly campaigns: readonly CampaignCount[];
}

/** `whole`: counts campaigns through now. `auto`: when their turn has come. */
export type PulseDepth = 'whole' | 'auto';

/** After that many days from a campaign's close, its removals are out of quarantine, or checked without hurry. */
const WATCHED_AFTER_CLOSE_DAYS = 120;
/** Above so many items in all, campaigns are counted through every six hours instead of every hour. */
const MANY_ITEMS = 20_000;
const SEVERAL_HOURS = 6;
/** Pulses are five minutes apart: one of them falls into this part of an hour. */
const TURN_MINUTES = 5;

/** Makes the use case. */
export function takePulse({ store, clock }: PulseDeps): (depth?: PulseDepth) => Promise<Pulse> {
  return async (depth = 'auto') => {
    const at = clock.now();
    const campaigns = await store.campaigns();
    const watched = campaigns.filter((campaign) => isWatched(campaign, at));
    const whole = depth === 'whole' || isTurn(watched, at);
    const counts: CampaignCount[] = [];
    if (whole) for (const campaign of watched) counts.push(await countCampaign(store, campaign, at));
    return {
      at,
      values: {
        ...(await logValues(store, at)),
        ...(await workValues(store, at)),
        ...(await registerValues(store, at)),
        ...(await switchValues(store)),
        ...campaignValues(campaigns, at),
        ...(whole ? sumOf(counts) : {}),
      },
      campaigns: counts,
    };
  };
}

function isWatched(campaign: Campaign, at: Instant): boolean {
  if (campaign.state === 'opening' || campaign.state === 'cancelled') return false;
  return !isOver(campaign) || plusDays(campaign.closedAt ?? campaign.closeBy, WATCHED_AFTER_CLOSE_DAYS) > at;
}

function isTurn(watched: readonly Campaign[], at: Instant): boolean {
  if (Number(at.slice(14, 16)) >= TURN_MINUTES) return false;
  const items = watched.reduce((sum, { counts }) => sum + (counts?.included ?? 0), 0);
  return items <= MANY_ITEMS || Number(at.slice(11, 13)) % SEVERAL_HOURS === 0;
}
