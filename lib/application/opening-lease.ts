// One writer at a time while a campaign is being opened.
import type { Campaign } from '../domain/campaign/campaign.ts';
import { UpstreamError } from '../domain/errors.ts';
import { type Instant, MINUTE_MS, millisOf, plusMs } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import { update } from './ports/review-store.ts';

/** Longer than the 15 minutes a function may live, so a lease that ran out has no writer behind it. */
const LEASE_MS = 16 * MINUTE_MS;

/** A held lease. `keep` renews it when half is gone and returns the campaign as stored now. */
export interface OpeningLease {
  keep(): Promise<Campaign>;
}

/** Takes the lease. @throws UpstreamError NOT_READY (retryable) while somebody else holds it. */
export async function takeOpeningLease(environment: Environment, campaign: Campaign): Promise<OpeningLease> {
  const { store, wallClock, randomness } = environment;
  const holder = randomness.token(12);
  const now = wallClock.now();
  if (campaign.openingLease && campaign.openingLease.until > now) {
    throw new UpstreamError({
      code: 'NOT_READY',
      provider: 'countersign',
      retryable: true,
      retryAfterMs: millisOf(campaign.openingLease.until) - millisOf(now),
      message: `Campaign ${campaign.campaignId} is being opened by another run until ${campaign.openingLease.until}.`,
    });
  }
  const renew = async (current: Campaign, at: Instant): Promise<Campaign> => {
    const write = update('campaign', current, { openingLease: { holder, until: plusMs(at, LEASE_MS) } });
    await store.commit([write]);
    return write.record;
  };
  let held = await renew(campaign, now);
  return {
    async keep() {
      const at = wallClock.now();
      const leftMs = millisOf(held.openingLease?.until ?? at) - millisOf(at);
      if (leftMs < LEASE_MS / 2) held = await renew(held, at);
      return held;
    },
  };
}
