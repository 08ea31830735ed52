// A stronger proof of who somebody is, asked for when an answer weighs more than the way it was given.
import type { ItemRef } from '../../domain/review/decision.ts';
import type { Instant } from '../../domain/time.ts';

/** Where the person can sign in more strongly; the answer given there counts by itself. */
export interface StepUpOffer {
  /** A page of ours; it names the item and carries no authority. */
  readonly url: string;
  readonly expiresAt: Instant;
}

/**
 * The step-up port. An installation without a sign-in of its own has none: then an answer of high risk given in Slack
 * waits for a second person, and nothing else makes it count.
 */
export interface StepUp {
  /** What this person can do to have their answer on this item count at once; undefined when they have no such sign-in. */
  offer(personId: string, item: ItemRef): Promise<StepUpOffer | undefined>;
}
