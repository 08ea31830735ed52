// Exceptions as people and reports see them: what stands instead, who asked and who agreed, how long it still holds.
import type { Campaign } from '../domain/campaign/campaign.ts';
import { PopulationEntry } from '../domain/campaign/population.ts';
import type { RiskException } from '../domain/review/exception.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { daysBetween, type Instant } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import { inBatches, mapConcurrently } from './in-batches.ts';
import { loadCampaign } from './load.ts';

/** One exception, with how long it still holds. */
export interface ListedException
  extends Pick<
    RiskException,
    | 'exceptionId'
    | 'campaignId'
    | 'identityId'
    | 'state'
    | 'requestedBy'
    | 'requestedAt'
    | 'approvedBy'
    | 'until'
    | 'reason'
    | 'compensatingControl'
    | 'renewals'
  > {
  readonly name: string;
  readonly tier: ReviewItem['tier'];
  /** Whole days until its end; negative once that is over. */
  readonly daysLeft: number;
  /** Its end is over, and nobody has ended it yet: it holds for nothing. */
  readonly pastExpiry: boolean;
}

/** What is asked for. */
export interface ExceptionFilter {
  /** Absent: every campaign. */
  readonly campaignId?: string | undefined;
  /** Those that were refused, ended or answered anew, too. */
  readonly past?: boolean | undefined;
}

/** Reads at once. */
const WIDTH = 16;

type Parts = Pick<Environment, 'store' | 'blobs' | 'clock'>;

/** Makes the use case: what ends first comes first. @throws RefusedError NOT_FOUND for a campaign that does not exist */
export function listExceptions(environment: Parts) {
  return async ({ campaignId, past = false }: ExceptionFilter = {}): Promise<ListedException[]> => {
    const { store } = environment;
    const campaigns =
      campaignId === undefined ? await store.campaigns() : [await loadCampaign(store, campaignId)];
    const found: ListedException[] = [];
    for (const campaign of campaigns) found.push(...(await exceptionsIn(environment, campaign, past)));
    return found.toSorted((a, b) => (a.until < b.until ? -1 : a.until > b.until ? 1 : 0));
  };
}

/** Exceptions of one campaign: those asked for and granted, and on demand those that are over. */
export async function exceptionsIn(
  { store, blobs, clock }: Parts,
  { campaignId, populationDigest }: Campaign,
  past: boolean,
): Promise<ListedException[]> {
  if (populationDigest === undefined) return [];
  const now = clock.now();
  const found: ListedException[] = [];
  for await (const lines of inBatches(blobs.lines(populationDigest), 100)) {
    const keys = lines
      .map((line) => PopulationEntry.parse(JSON.parse(line)))
      .flatMap(({ included, identityKey }) => (included ? [{ campaignId, identityKey }] : []));
    const items = (await store.getMany('item', keys)).flatMap((item) =>
      item && mayHaveOne(item, past) ? [item] : [],
    );
    const listed = await mapConcurrently(items, WIDTH, async (item) => {
      const exceptions = await store.exceptionsOf(item.identityKey);
      return exceptions
        .filter((one) => one.campaignId === campaignId && (past || LIVE.has(one.state)))
        .map((one) => listedAs(one, item, now));
    });
    found.push(...listed.flat());
  }
  return found;
}

const LIVE: ReadonlySet<RiskException['state']> = new Set<RiskException['state']>(['requested', 'granted']);

/** An exception lives as long as the answer that asked for it. */
function mayHaveOne({ decision, answers }: ReviewItem, past: boolean): boolean {
  return past ? answers > 0 : decision?.verdict === 'except';
}

function listedAs(exception: RiskException, { name, tier }: ReviewItem, now: Instant): ListedException {
  const { exceptionId, campaignId, identityId, state, requestedBy, requestedAt, approvedBy } = exception;
  const { until, reason, compensatingControl, renewals } = exception;
  return {
    exceptionId,
    campaignId,
    identityId,
    state,
    requestedBy,
    requestedAt,
    approvedBy,
    until,
    reason,
    compensatingControl,
    renewals,
    name,
    tier,
    daysLeft: Math.floor(daysBetween(now, until)),
    pastExpiry: LIVE.has(state) && until <= now,
  };
}
