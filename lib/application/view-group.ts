// The members of one group, so that somebody can look through them before keeping them together.
import type { Campaign } from '../domain/campaign/campaign.ts';
import { RefusedError } from '../domain/errors.ts';
import { groupOf } from '../domain/review/group.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { delegatedDockets } from './delegations.ts';
import { readDocketPart } from './docket-part.ts';
import { liveDockets, viewItem, whyNotAlike } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { mapConcurrently } from './in-batches.ts';
import type { GroupMember, GroupView, ReviewActions } from './review-actions.ts';

/** Members named at once: those nothing speaks against, and the others. */
const MOST_ALIKE = 100;
const MOST_OUTLIERS = 20;

/** Makes the view of a group: on the person's own docket, otherwise on one they may answer for somebody else. */
export function viewGroup(environment: Environment): ReviewActions['group'] {
  return async ({ campaignId, group, personId }) => {
    for await (const { campaign, reviewerId } of docketsOf(environment, campaignId, personId)) {
      const { rows, definition } = await readDocketPart(environment, campaign, reviewerId);
      const members = rows.filter((row) => row.group === group);
      if (members.length === 0) continue;
      const alike = members.filter((row) => whyNotAlike(row, definition) === undefined);
      const outliers = members.filter((row) => whyNotAlike(row, definition) !== undefined);
      const named = await mapConcurrently(
        [...alike.slice(0, MOST_ALIKE), ...outliers.slice(0, MOST_OUTLIERS)],
        16,
        async (item): Promise<GroupMember> => {
          return { view: await viewItem(environment, item), why: whyNotAlike(item, definition) };
        },
      );
      return viewOf(campaign, group, named, members);
    }
    throw new RefusedError({
      code: 'NOT_FOUND',
      message: 'None of these is waiting for your answer any more.',
    });
  };
}

function viewOf(
  { campaignId, title }: Campaign,
  group: string,
  named: readonly GroupMember[],
  members: readonly ReviewItem[],
): GroupView {
  const [first] = named;
  return {
    campaignId,
    title,
    group,
    label: first ? groupOf(first.view.snapshot.identity).label : group,
    alike: named.filter(({ why }) => why === undefined),
    outliers: named.filter(({ why }) => why !== undefined),
    more: members.length - named.length,
  };
}

async function* docketsOf(environment: Environment, campaignId: string, personId: string) {
  for (const { campaign } of await liveDockets(environment, personId))
    if (campaign.campaignId === campaignId) yield { campaign, reviewerId: personId };
  for (const { campaign, reviewer } of await delegatedDockets(environment, personId))
    if (campaign.campaignId === campaignId) yield { campaign, reviewerId: reviewer.personId };
}
