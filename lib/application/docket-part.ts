// The open items of one docket as far as a screen needs them: every one by pointer, a bounded number in full.
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Definition } from '../domain/campaign/definition.ts';
import { tierOf } from '../domain/identity/risk.ts';
import type { RiskTier } from '../domain/identity/risk-tier.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import type { Environment } from './environment.ts';
import { loadDefinition } from './load.ts';
import type { OpenItemRef, ReviewStore } from './ports/review-store.ts';

/** Items read in full: the worst, and as many again of those that may be kept in bulk. */
const MOST_READ = 500;

/** What was read of a docket. */
export interface DocketPart {
  readonly campaign: Campaign;
  readonly definition: Definition;
  readonly reviewerId: string;
  /** Pointers to every open item, worst first. */
  readonly refs: readonly OpenItemRef[];
  /** Items read in full: the 500 worst, then milder ones. */
  readonly rows: readonly ReviewItem[];
  /** Every open item is in `rows`. */
  readonly whole: boolean;
}

/** Reads a docket. Pointers that an interrupted hand-over left behind are passed over. */
export async function readDocketPart(
  { store, blobs }: Environment,
  campaign: Campaign,
  reviewerId: string,
): Promise<DocketPart> {
  const definition = await loadDefinition(blobs, campaign.definitionDigest);
  const refs: OpenItemRef[] = [];
  const rows: ReviewItem[] = [];
  let cursor: string | undefined;
  do {
    const full = refs.length < MOST_READ;
    const page = await store.openItems(campaign.campaignId, reviewerId, { cursor, limit: full ? 100 : 1000 });
    refs.push(...page.entries);
    if (full) rows.push(...(await openRows(store, page.entries)));
    cursor = page.next;
  } while (cursor !== undefined);
  const part = { campaign, definition, reviewerId };
  if (refs.length <= MOST_READ) return { ...part, refs: rows, rows, whole: true };
  const milder = refs
    .slice(MOST_READ)
    .filter(({ risk }) => definition.decisions.bulkTiers.includes(tierOf(risk)))
    .slice(0, MOST_READ);
  return { ...part, refs, rows: [...rows, ...(await openRows(store, milder))], whole: false };
}

/** The items behind pointers, those that are still open and still with that reviewer. */
export async function openRows(
  store: ReviewStore,
  refs: readonly Pick<OpenItemRef, 'campaignId' | 'identityKey' | 'reviewerId'>[],
): Promise<ReviewItem[]> {
  const rows = await store.getMany(
    'item',
    refs.map(({ campaignId, identityKey }) => ({ campaignId, identityKey })),
  );
  return rows.flatMap((row, position) =>
    row?.state === 'open' && row.reviewerId === refs[position]?.reviewerId ? [row] : [],
  );
}

/** Open items by tier. */
export function countTiers({ refs, rows, whole }: DocketPart): Record<RiskTier, number> {
  const tiers = whole ? rows.map(({ tier }) => tier) : refs.map(({ risk }) => tierOf(risk));
  const count = (tier: RiskTier) => tiers.filter((each) => each === tier).length;
  return { critical: count('critical'), high: count('high'), medium: count('medium'), low: count('low') };
}
