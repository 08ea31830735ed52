// What a reviewer is shown of a docket: the worst items first, with their evidence.
import { createHash } from 'node:crypto';
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Definition } from '../domain/campaign/definition.ts';
import type { Docket } from '../domain/review/docket.ts';
import { groupOf } from '../domain/review/group.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { seenMark } from '../domain/review/seen.ts';
import { countTiers, type DocketPart, openRows, readDocketPart } from './docket-part.ts';
import type { Environment } from './environment.ts';
import { mapConcurrently } from './in-batches.ts';
import { loadSnapshot } from './load.ts';
import type { DocketView, ItemView } from './ports/messenger.ts';

/** Groups that are named; more come up as these are kept. */
const MOST_GROUPS = 60;

/** Builds the view of one docket with at most `screenful` items; counts cover all open ones. */
export async function viewDocket(
  environment: Environment,
  campaign: Campaign,
  reviewerId: string,
  screenful: number,
): Promise<DocketView> {
  return viewPart(environment, await readDocketPart(environment, campaign, reviewerId), screenful);
}

/** The view of what was read of a docket, with at most `screenful` items. */
export async function viewPart(
  environment: Environment,
  part: DocketPart,
  screenful: number,
): Promise<DocketView> {
  const { campaign, refs, rows } = part;
  const items = await mapConcurrently(rows.slice(0, screenful), 8, (item) => viewItem(environment, item));
  return {
    campaignId: campaign.campaignId,
    title: campaign.title,
    dueAt: campaign.dueAt,
    graceEndsAt: campaign.graceEndsAt,
    open: refs.length,
    byTier: countTiers(part),
    items,
    groups: await bulkGroups(environment, part),
    ...(environment.channels?.has('security') ? { asksSecurity: true as const } : {}),
  };
}

/** One item with its evidence. */
export async function viewItem(environment: Environment, item: ReviewItem): Promise<ItemView> {
  return { item, snapshot: await loadSnapshot(environment.blobs, item.snapshot) };
}

/** A reviewer's open items, worst first. Pointers that an interrupted hand-over left behind are passed over. */
export async function openItemsOf(
  environment: Environment,
  campaign: Campaign,
  reviewerId: string,
): Promise<ReviewItem[]> {
  const { store } = environment;
  const items: ReviewItem[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.openItems(campaign.campaignId, reviewerId, { cursor, limit: 100 });
    items.push(...(await openRows(store, page.entries)));
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}

/** Items that may be kept in bulk: unchanged, of a tier that allows it, alike. Outliers are not in any group. */
export function bulkItems(items: readonly ReviewItem[], definition: Definition): Map<string, ReviewItem[]> {
  const groups = new Map<string, ReviewItem[]>();
  for (const item of items) {
    if (whyNotAlike(item, definition) !== undefined) continue;
    groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  }
  return groups;
}

/** Why an item is not kept with its group: its risk, what changed, or what we suggest; undefined when it is. */
export function whyNotAlike(
  item: Pick<ReviewItem, 'tier' | 'unchanged' | 'recommendation'>,
  definition: Definition,
): 'risk' | 'changed' | 'advice' | undefined {
  if (!definition.decisions.bulkTiers.includes(item.tier)) return 'risk';
  if (!item.unchanged) return 'changed';
  return item.recommendation === 'keep' ? undefined : 'advice';
}

/** Names the members of a group and the evidence of each, as they are now: 16 hexadecimal digits. */
export function groupMark(members: readonly ReviewItem[]): string {
  const lines = members.map((item) => `${item.identityKey} ${seenMark(item)}`).toSorted();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}

async function bulkGroups(
  environment: Environment,
  { rows, definition, whole }: DocketPart,
): Promise<DocketView['groups']> {
  const groups = [...bulkItems(rows, definition)].filter(([, members]) => members.length > 1);
  return mapConcurrently(groups.slice(0, MOST_GROUPS), 8, async ([group, members]) => {
    const first = members[0];
    const label = first
      ? groupOf((await loadSnapshot(environment.blobs, first.snapshot)).identity).label
      : group;
    const part = whole ? {} : { part: true as const };
    return { group, label, count: members.length, seen: groupMark(members), ...part };
  });
}

/** Dockets of a person that still wait for answers, with their campaigns, due first. */
export async function liveDockets(
  environment: Environment,
  personId: string,
): Promise<{ readonly docket: Docket; readonly campaign: Campaign }[]> {
  const { store } = environment;
  const dockets = await store.docketsOf(personId);
  const campaigns = await store.getMany(
    'campaign',
    dockets.map(({ campaignId }) => ({ campaignId })),
  );
  const live: { docket: Docket; campaign: Campaign }[] = [];
  for (const [index, docket] of dockets.entries()) {
    const campaign = campaigns[index];
    if (campaign && ['open', 'grace', 'enforcing'].includes(campaign.state)) live.push({ docket, campaign });
  }
  return live.toSorted((a, b) => (a.campaign.dueAt < b.campaign.dueAt ? -1 : 1));
}
