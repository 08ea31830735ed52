// Asking the question again: after an undo, a drift, or a second person's no.

import type { Campaign } from '../../domain/campaign/campaign.ts';
import { accepts, transition } from '../../domain/lifecycle.ts';
import { ITEM_LIFECYCLE, type ReviewItem } from '../../domain/review/review-item.ts';
import { reopenedDueAt } from '../../domain/review/undo.ts';
import type { Instant } from '../../domain/time.ts';
import type { Environment } from '../environment.ts';
import { receiveItem } from '../finish-docket.ts';
import { update, type Write } from '../ports/review-store.ts';

/** The writes that reopen an item, due two business days on, and wake its docket; none when its campaign has ended. */
export async function reopenWrites(
  environment: Environment,
  { item, campaign }: { readonly item: ReviewItem; readonly campaign: Campaign },
  at: Instant,
): Promise<Write[]> {
  const { store, people } = environment;
  if (
    !['open', 'grace', 'enforcing'].includes(campaign.state) ||
    !accepts(ITEM_LIFECYCLE, item.state, 'reopen')
  )
    return [];
  const current = await store.get('item', { campaignId: item.campaignId, identityKey: item.identityKey });
  if (!current || !accepts(ITEM_LIFECYCLE, current.state, 'reopen')) return [];
  const reviewer = (await people.directory()).person(current.reviewerId);
  const docket = await store.get('docket', {
    campaignId: current.campaignId,
    reviewerId: current.reviewerId,
  });
  const dueAt = reopenedDueAt(at, reviewer?.timeZone ?? 'UTC', reviewer?.holidays ?? []);
  return [
    update('item', current, {
      state: transition(ITEM_LIFECYCLE, 'review item', current.state, 'reopen'),
      decision: undefined,
      dueAt,
      reviewerSince: at,
      round: current.round + 1,
    }),
    receiveItem(docket, current.campaignId, current.reviewerId, at, at),
  ];
}
