// Everything a decision is made on.
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Definition } from '../domain/campaign/definition.ts';
import type { Person } from '../domain/review/person.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import type { Snapshot } from '../domain/review/snapshot.ts';
import type { Instant } from '../domain/time.ts';

/** Everything a decision is made on. */
export interface DecisionContext {
  readonly campaign: Campaign;
  readonly definition: Definition;
  readonly item: ReviewItem;
  readonly snapshot: Snapshot;
  readonly person: Person;
  readonly at: Instant;
}
