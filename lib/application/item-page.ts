// One page of a person's open items over all their dockets, the worst first, and only those that are wanted.
import { tierOf } from '../domain/identity/risk.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { type DocketPart, openRows } from './docket-part.ts';
import { viewItem } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { mapConcurrently } from './in-batches.ts';
import type { DocketView } from './ports/messenger.ts';
import type { OpenItemRef } from './ports/review-store.ts';
import type { DeskOptions, ItemFilter, ItemPage } from './review-actions.ts';

/** A docket as read, and as shown. */
export interface OpenDocket {
  readonly part: DocketPart;
  readonly view: DocketView;
}

type PageWanted = NonNullable<DeskOptions['page']>;

/** The page. What pointers say (tier, review) is filtered over all items, the rest over those that were read. */
export async function pageOf(
  environment: Environment,
  dockets: readonly OpenDocket[],
  { from, size, filter = {} }: PageWanted,
): Promise<ItemPage> {
  const inRows = filter.advice !== undefined || filter.unchanged !== undefined;
  const wanted = dockets
    .filter(({ part }) => filter.campaignId === undefined || part.campaign.campaignId === filter.campaignId)
    .map(({ part }) => part);
  const found = wanted
    .flatMap((part): readonly OpenItemRef[] =>
      inRows || part.whole ? part.rows.filter((row) => isWanted(row, filter)) : ofTier(part.refs, filter),
    )
    .toSorted(worstFirst);
  const shown = found.slice(from, from + size);
  const items = await mapConcurrently(await openRows(environment.store, shown), 8, (row) =>
    viewItem(environment, row),
  );
  return { items, found: found.length, part: inRows && wanted.some(({ whole }) => !whole) };
}

function isWanted(row: ReviewItem, { tier, advice, unchanged }: ItemFilter): boolean {
  if (tier !== undefined && row.tier !== tier) return false;
  if (advice !== undefined && row.recommendation !== advice) return false;
  return unchanged === undefined || row.unchanged;
}

function ofTier(refs: readonly OpenItemRef[], { tier }: ItemFilter): readonly OpenItemRef[] {
  return tier === undefined ? refs : refs.filter(({ risk }) => tierOf(risk) === tier);
}

function worstFirst(a: OpenItemRef, b: OpenItemRef): number {
  return b.risk - a.risk || (a.identityKey < b.identityKey ? -1 : 1);
}
