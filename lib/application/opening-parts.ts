// Who writes which batch of a population. Items are bulk-written without conditions, so that a write that comes late could
// undo a decision. Hence a batch has one writer at a time, and a campaign opens only when every batch is done: as long as
// somebody may still write a batch, nobody can have decided anything in it.
import type { Campaign } from '../domain/campaign/campaign.ts';
import { ConflictError, UpstreamError } from '../domain/errors.ts';
import { DAY_MS, earliest, type Instant, MINUTE_MS, millisOf, plusMs } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import type { OpeningPartRecord } from './ports/records.ts';
import { create, type ReviewStore, update, type Write } from './ports/review-store.ts';

/** Longer than the 15 minutes a function may live, so a claim that ran out has no writer behind it. */
const CLAIM_MS = 16 * MINUTE_MS;
/** Requests of a writer that failed may still be on their way for so long. */
const AFTER_FAILURE_MS = MINUTE_MS;
/** A part that is gone while its campaign is still opening is only done again. */
const KEPT_MS = 60 * DAY_MS;

/** What came of a batch. */
export type DoneBatch = NonNullable<OpeningPartRecord['done']>;

/** A campaign that is being opened, with its plan. */
export type PlannedCampaign = Campaign & { readonly plan: NonNullable<Campaign['plan']> };

/** Whether the campaign's batches are known. */
export function isPlanned(campaign: Campaign): campaign is PlannedCampaign {
  return campaign.plan !== undefined;
}

/** Batches that are not done, in order. */
export async function batchesLeft(store: ReviewStore, campaign: Campaign): Promise<number[]> {
  const parts = await partsOf(store, campaign);
  return parts.flatMap((part, batch) => (part?.done ? [] : [batch]));
}

/**
 * What came of every batch, in order.
 * @throws UpstreamError NOT_READY (retryable) while some are not done, saying how many
 */
export async function doneBatches(store: ReviewStore, campaign: Campaign): Promise<DoneBatch[]> {
  const parts = await partsOf(store, campaign);
  const done = parts.flatMap((part) => (part?.done ? [part.done] : []));
  const missing = parts.length - done.length;
  if (isPlanned(campaign) && missing === 0) return done;
  throw new UpstreamError({
    code: 'NOT_READY',
    provider: 'countersign',
    retryable: true,
    message: isPlanned(campaign)
      ? `Campaign ${campaign.campaignId} cannot be opened yet: ${missing} of its ${parts.length} batches are not done.`
      : `Campaign ${campaign.campaignId} cannot be opened yet: its population is not cut into batches.`,
  });
}

async function partsOf(store: ReviewStore, { campaignId, plan }: Campaign) {
  const keys = Array.from({ length: plan?.batches ?? 0 }, (_, batch) => ({ campaignId, batch }));
  return store.getMany('opening-part', keys);
}

/**
 * Claims a batch for this writer, unless it is done.
 * @throws UpstreamError NOT_READY (retryable) while somebody else has it
 */
export async function claimBatch(
  environment: Environment,
  { campaignId }: Campaign,
  batch: number,
): Promise<OpeningPartRecord> {
  const { store, wallClock } = environment;
  const now = wallClock.now();
  const times = { claimedUntil: plusMs(now, CLAIM_MS), expiresAt: plusMs(now, KEPT_MS) };
  const first = create('opening-part', { schemaVersion: 1, version: 1, campaignId, batch, ...times });
  // Nearly always nobody was here before: that is tried without looking.
  if (await isCommitted(store, first)) return first.record;
  const existing = await store.get('opening-part', { campaignId, batch });
  if (existing?.done) return existing;
  if (!existing || existing.claimedUntil > now) throw isClaimed(existing ?? first.record, now);
  const next = update('opening-part', existing, times);
  if (await isCommitted(store, next)) return next.record;
  throw isClaimed(next.record, now);
}

async function isCommitted(store: ReviewStore, write: Write): Promise<boolean> {
  try {
    await store.commit([write]);
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

/**
 * Refuses to write on a claim of which less than half is left. Look at it right before writing items.
 * @throws UpstreamError NOT_READY
 */
export function checkClaim({ wallClock }: Environment, claim: OpeningPartRecord): void {
  const now = wallClock.now();
  if (millisOf(claim.claimedUntil) - millisOf(now) < CLAIM_MS / 2) throw isClaimed(claim, now);
}

/** Records what came of a claimed batch. When somebody else has done it since, theirs stands: it is the same. */
export async function settleBatch(
  { store }: Environment,
  claim: OpeningPartRecord,
  done: DoneBatch,
): Promise<void> {
  try {
    await store.commit([update('opening-part', claim, { done })]);
  } catch (error) {
    const now = error instanceof ConflictError ? await store.get('opening-part', claim) : undefined;
    if (!now?.done) throw error;
  }
}

/** Gives a claim back after a failure, once no write of it is under way here. */
export async function giveBack({ store, wallClock }: Environment, claim: OpeningPartRecord): Promise<void> {
  const claimedUntil = earliest(claim.claimedUntil, plusMs(wallClock.now(), AFTER_FAILURE_MS));
  await store.commit([update('opening-part', claim, { claimedUntil })]);
}

function isClaimed({ campaignId, batch, claimedUntil }: OpeningPartRecord, now: Instant): UpstreamError {
  return new UpstreamError({
    code: 'NOT_READY',
    provider: 'countersign',
    retryable: true,
    retryAfterMs: Math.max(0, millisOf(claimedUntil) - millisOf(now)),
    message: `Batch ${batch} of campaign ${campaignId} is another run's to write until ${claimedUntil}.`,
  });
}
