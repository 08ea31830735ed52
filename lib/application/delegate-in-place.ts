// Whom a reviewer lets answer in a review just now: they are chased in the reviewer's place.
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Definition } from '../domain/campaign/definition.ts';
import { ConflictError, RefusedError } from '../domain/errors.ts';
import { atOnceWith, checkDelegation, delegateOf, hopsBefore } from '../domain/review/delegation.ts';
import type { Directory } from '../domain/review/directory.ts';
import type { Person } from '../domain/review/person.ts';
import type { Instant } from '../domain/time.ts';
import { attestDelegation } from './attest-delegation.ts';
import { delegationsFollowing, delegationsReaching, inCampaign } from './delegations.ts';
import type { Environment } from './environment.ts';
import type { Records } from './ports/records.ts';
import { update } from './ports/review-store.ts';
import { MOST_REVIEWS } from './reviews-to-delegate.ts';

/** A review in which somebody is asked. */
interface AskedReview {
  readonly campaign: Campaign;
  readonly definition: Definition;
  readonly directory: Directory;
  readonly now: Instant;
}

/**
 * The last person the reviewer's right has come to; undefined when they let nobody answer. A review that was opened after
 * they said so is taken in, and attested, at the first look at it.
 */
export async function delegateInPlace(
  environment: Environment,
  review: AskedReview,
  reviewerId: string,
): Promise<Person | undefined> {
  const { campaign, definition, directory, now } = review;
  if (definition.reviewers.delegateTo.length === 0) return undefined;
  const following = await delegationsFollowing(environment.store, reviewerId, now);
  if (following.length === 0) return undefined;
  const held: Records['delegation'][] = [];
  for (const one of following) {
    if (one.campaignIds.includes(campaign.campaignId)) held.push(one);
    else if (one.from === reviewerId && (await takeIn(environment, review, one))) held.push(one);
  }
  const newestFirst = held.toSorted((a, b) => (a.givenAt < b.givenAt ? 1 : -1));
  const to = delegateOf(reviewerId, newestFirst, { definition, directory, now });
  return to === undefined ? undefined : directory.person(to);
}

/** Lets a delegation hold in a review that was opened since; false when it may not. */
async function takeIn(
  environment: Environment,
  { campaign, definition, directory, now }: AskedReview,
  one: Records['delegation'],
): Promise<boolean> {
  const { store, attestor } = environment;
  if (campaign.startedAt < one.givenAt || one.campaignIds.length >= MOST_REVIEWS) return false;
  const around = [
    ...(await delegationsReaching(store, one.from, now, one.until)),
    ...(await delegationsFollowing(store, one.to, now, one.until)),
  ];
  const existing = inCampaign(around, campaign.campaignId);
  const rules = { definition, directory, now };
  try {
    checkDelegation(one, existing, rules);
  } catch (error) {
    if (error instanceof RefusedError) return false;
    throw error;
  }
  const hops = hopsBefore(one.from, atOnceWith(one, existing, now), rules) + 1;
  const stated = { ...one, hops, actor: attestor.system };
  const signed = await attestDelegation(environment, campaign, stated, now, 0);
  const campaignIds = [...one.campaignIds, campaign.campaignId];
  try {
    await store.commit([update('delegation', one, { campaignIds }), ...signed.writes]);
    return true;
  } catch (error) {
    // Ended, or taken in, by somebody else just now: it is looked at again with the next rung.
    if (error instanceof ConflictError) return false;
    throw error;
  }
}
