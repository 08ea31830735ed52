// Asking the question again: after an undo, a drift, or a second person's no.

import { type Campaign, TAKES_ANSWERS } from '../../domain/campaign/campaign.ts';
import { accepts, transition } from '../../domain/lifecycle.ts';
import { ITEM_LIFECYCLE, type ReviewItem } from '../../domain/review/review-item.ts';
import { reopenedDueAt } from '../../domain/review/undo.ts';
import { type Instant, latest } from '../../domain/time.ts';
import { withdrawPending } from '../decision-consequences.ts';
import type { Environment } from '../environment.ts';
import { receiveItem } from '../finish-docket.ts';
import { update, type Write } from '../ports/review-store.ts';

interface Reopening {
  readonly item: ReviewItem;
  readonly campaign: Campaign;
}

/** As `reopenItem`, on the item as it is stored now; none when it cannot be reopened. */
export async function reopenWrites(
  environment: Environment,
  { item, campaign }: Reopening,
  at: Instant,
  settled?: string,
): Promise<Write[]> {
  const { campaignId, identityKey } = item;
  const current = await environment.store.get('item', { campaignId, identityKey });
  return current && accepts(ITEM_LIFECYCLE, current.state, 'reopen')
    ? reopenItem(environment, { item: current, campaign }, at, settled)
    : [];
}

/**
 * The writes that reopen an item, due in two business days (or with its campaign, when that is later), wake its docket and
 * take back what its last answer set in motion; none when its campaign has ended. `settled` names the promise,
 * exception or removal whose end reopens it: its caller writes that one.
 */
export async function reopenItem(
  environment: Environment,
  { item, campaign }: Reopening,
  at: Instant,
  settled?: string,
): Promise<Write[]> {
  const { store, people } = environment;
  if (!TAKES_ANSWERS.includes(campaign.state)) return [];
  const { campaignId, reviewerId } = item;
  const reviewer = (await people.directory()).person(reviewerId);
  const docket = await store.get('docket', { campaignId, reviewerId });
  const dueAt = reopenedDueAt(at, reviewer?.timeZone ?? 'UTC', reviewer?.holidays ?? []);
  const reopened = update('item', item, {
    state: transition(ITEM_LIFECYCLE, 'review item', item.state, 'reopen'),
    decision: undefined,
    dueAt: latest(dueAt, campaign.dueAt),
    reviewerSince: at,
    round: item.round + 1,
  });
  const withdrawn = await withdrawPending(
    environment,
    { item, campaign, at },
    'the question was opened again',
    settled,
  );
  return [reopened, receiveItem(docket, campaignId, reviewerId, at, at), ...withdrawn];
}
