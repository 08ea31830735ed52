// The reviews a delegation holds in when it is given.
import type { Campaign, CampaignId } from '../domain/campaign/campaign.ts';
import { RefusedError } from '../domain/errors.ts';
import { atOnceWith, checkDelegation, type Delegation, hopsBefore } from '../domain/review/delegation.ts';
import type { Instant } from '../domain/time.ts';
import { delegationsFollowing, delegationsReaching, inCampaign } from './delegations.ts';
import { liveDockets } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { loadDefinition } from './load.ts';
import type { Records } from './ports/records.ts';

/** Reviews one delegation holds in at most: each takes two of the 25 writes of a transaction. */
export const MOST_REVIEWS = 10;

/** A review, and how many people the right has gone through in it when it comes to the new one. */
interface AllowedReview {
  readonly campaign: Campaign;
  readonly hops: number;
}

/**
 * The reviews it may hold in. One that starts later may be given when no review waits yet, if a definition in force allows
 * it. @throws RefusedError with why not, when there is none
 */
export async function reviewsToDelegate(
  environment: Environment,
  wanted: Delegation,
  now: Instant,
): Promise<readonly AllowedReview[]> {
  const { store, blobs, people } = environment;
  const directory = await people.directory();
  const [before, after] = await Promise.all([
    delegationsReaching(store, wanted.from, now, wanted.until),
    delegationsFollowing(store, wanted.to, now, wanted.until),
  ]);
  const campaigns = await openFor(environment, wanted.from, before);
  if (campaigns.length === 0 && wanted.fromAt !== undefined) {
    await checkInForce(environment, wanted, [...before, ...after], now);
    return [];
  }
  const allowed: AllowedReview[] = [];
  let refusal: unknown = new RefusedError({
    code: 'NOT_FOUND',
    message:
      wanted.givenBy === undefined
        ? 'No review waits for your answer; there is nothing to delegate.'
        : 'No review waits for their answer; there is nothing to delegate.',
  });
  for (const campaign of campaigns) {
    const definition = await loadDefinition(blobs, campaign.definitionDigest);
    const rules = { definition, directory, now };
    const existing = inCampaign([...before, ...after], campaign.campaignId);
    try {
      checkDelegation(wanted, existing, rules);
      allowed.push({ campaign, hops: hopsBefore(wanted.from, atOnceWith(wanted, existing, now), rules) + 1 });
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      refusal = error;
    }
  }
  if (allowed.length === 0) throw refusal;
  if (allowed.length > MOST_REVIEWS)
    throw new RefusedError({
      code: 'NOT_SUPPORTED',
      message: `That is more than ${MOST_REVIEWS} reviews at once.`,
    });
  return allowed;
}

/** Reviews in which something waits for this person, or for somebody who delegated to them. */
async function openFor(
  environment: Environment,
  personId: string,
  before: readonly Records['delegation'][],
): Promise<readonly Campaign[]> {
  const given = new Set<CampaignId>(before.flatMap(({ campaignIds }) => campaignIds));
  const people = [personId, ...new Set(before.map(({ from }) => from))];
  const found = new Map<CampaignId, Campaign>();
  for (const id of people) {
    for (const { campaign } of await liveDockets(environment, id)) {
      if (id === personId || given.has(campaign.campaignId)) found.set(campaign.campaignId, campaign);
    }
  }
  return [...found.values()];
}

/** What is opened later is checked by its own definition; but what none would allow is not given. */
async function checkInForce(
  { store, blobs, people }: Environment,
  wanted: Delegation,
  existing: readonly Delegation[],
  now: Instant,
): Promise<void> {
  const directory = await people.directory();
  let refusal: unknown = new RefusedError({
    code: 'NOT_FOUND',
    message: 'No definition is in force; there is nothing to delegate.',
  });
  for (const { digest } of await store.definitions()) {
    const definition = await loadDefinition(blobs, digest);
    try {
      checkDelegation(wanted, existing, { definition, directory, now });
      return;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}
