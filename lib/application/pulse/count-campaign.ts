// One campaign counted through: its dockets and removals, page by page, with what each costs to read in docs/cost.md.
import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { Removal } from '../../domain/removal/removal.ts';
import type { Docket } from '../../domain/review/docket.ts';
import { DAY_MS, HOUR_MS, type Instant, millisOf, plusMs } from '../../domain/time.ts';
import type { PulseMetric } from '../../pulse-metrics.ts';
import { mapConcurrently } from '../in-batches.ts';
import type { Page, PageRequest, ReviewStore } from '../ports/review-store.ts';

/** What a count of campaigns gives. */
export type CountedMetric = Extract<
  PulseMetric,
  | 'WaitingDockets'
  | 'OpenItems'
  | 'OverdueItems'
  | 'LateDockets'
  | 'UntoldDockets'
  | 'HeldRemovals'
  | 'OldestHoldAge'
  | 'FailedRemovals'
  | 'ManualRemovals'
  | 'UncheckedRemovals'
  | 'FailedVerifications'
  | 'DriftedRemovals'
>;

/** One campaign's numbers. */
export interface CampaignCount {
  readonly campaignId: string;
  readonly values: Readonly<Partial<Record<CountedMetric, number>>>;
}

const PAGE = 500;
/** Each takes four small queries; above so many, open items are not counted. */
const COUNTED_DOCKETS = 2_000;
const WIDTH = 16;

/** Whether a campaign has come to its end. */
export function isOver({ state }: Campaign): boolean {
  return state === 'closed' || state === 'closed-with-findings' || state === 'cancelled';
}

/** Counts a campaign through as of `at`. Of one that is over, only its removals. */
export async function countCampaign(
  store: ReviewStore,
  campaign: Campaign,
  at: Instant,
): Promise<CampaignCount> {
  const { campaignId } = campaign;
  const dockets = isOver(campaign) ? {} : await docketValues(store, campaign, at);
  return { campaignId, values: { ...dockets, ...(await removalValues(store, campaign, at)) } };
}

/** The sum over campaigns; of ages the greatest. A number that one of them could not give is left out. */
export function sumOf(counts: readonly CampaignCount[]): CampaignCount['values'] {
  const live = counts.filter(({ values }) => values.WaitingDockets !== undefined);
  const add = (of: readonly CampaignCount[], metric: CountedMetric) => {
    const values = of.map((count) => count.values[metric]);
    if (values.some((value) => value === undefined)) return {};
    return { [metric]: values.reduce<number>((sum, value) => sum + (value ?? 0), 0) };
  };
  return {
    ...add(live, 'WaitingDockets'),
    ...add(live, 'OpenItems'),
    ...add(live, 'OverdueItems'),
    ...add(live, 'LateDockets'),
    ...add(live, 'UntoldDockets'),
    ...add(counts, 'HeldRemovals'),
    OldestHoldAge: Math.max(0, ...counts.map(({ values }) => values.OldestHoldAge ?? 0)),
    ...add(counts, 'FailedRemovals'),
    ...add(counts, 'ManualRemovals'),
    ...add(counts, 'UncheckedRemovals'),
    ...add(counts, 'FailedVerifications'),
    ...add(counts, 'DriftedRemovals'),
  };
}

/** Dockets whose reviewers have something open. */
export async function waitingDockets(
  store: ReviewStore,
  campaignId: Campaign['campaignId'],
): Promise<Docket[]> {
  const waiting: Docket[] = [];
  for await (const docket of pages((page) => store.docketsIn(campaignId, page)))
    if (docket.state === 'chasing') waiting.push(docket);
  return waiting;
}

/** How many removals of a campaign are held now. */
export async function heldRemovals(store: ReviewStore, campaignId: Campaign['campaignId']): Promise<number> {
  let held = 0;
  for await (const { state } of pages((page) => store.removalsIn(campaignId, page)))
    if (state === 'held') held += 1;
  return held;
}

async function docketValues(
  store: ReviewStore,
  { campaignId, dueAt, graceEndsAt }: Campaign,
  at: Instant,
): Promise<CampaignCount['values']> {
  const waiting = await waitingDockets(store, campaignId);
  const values = {
    WaitingDockets: waiting.length,
    LateDockets: plusMs(graceEndsAt, HOUR_MS) <= at ? waiting.length : 0,
    UntoldDockets: waiting.filter(isUntold).length,
  };
  if (waiting.length > COUNTED_DOCKETS) return values;
  const open = await mapConcurrently(waiting, WIDTH, ({ reviewerId }) =>
    store.countOpenItems(campaignId, reviewerId),
  );
  const items = open.reduce((sum, count) => sum + count, 0);
  return { ...values, OpenItems: items, OverdueItems: dueAt <= at ? items : 0 };
}

/** Notices to the reviewer were tried, and none was taken on any channel. Somebody else may have been told instead. */
function isUntold({ reviewerId, tellings }: Docket): boolean {
  const tried = tellings.filter(({ personId }) => personId === reviewerId);
  return tried.length > 0 && tried.every(({ outcome }) => outcome === 'undeliverable');
}

async function removalValues(
  store: ReviewStore,
  { campaignId }: Campaign,
  at: Instant,
): Promise<CampaignCount['values']> {
  const values = {
    HeldRemovals: 0,
    OldestHoldAge: 0,
    FailedRemovals: 0,
    ManualRemovals: 0,
    UncheckedRemovals: 0,
    FailedVerifications: 0,
    DriftedRemovals: 0,
  };
  for await (const removal of pages((page) => store.removalsIn(campaignId, page))) {
    const { state } = removal;
    if (state === 'held') {
      values.HeldRemovals += 1;
      values.OldestHoldAge = Math.max(values.OldestHoldAge, holdAge(removal, at));
    } else if (state === 'failed') values.FailedRemovals += 1;
    else if (state === 'manual-open') values.ManualRemovals += 1;
    else if (state === 'executed' || state === 'quarantined') {
      const verdict = verdictOf(removal, at);
      if (verdict) values[verdict] += 1;
    }
  }
  return values;
}

function holdAge({ holds }: Removal, at: Instant): number {
  const since = holds.find(({ releasedAt }) => releasedAt === undefined)?.heldAt;
  return since === undefined ? 0 : Math.round((millisOf(at) - millisOf(since)) / 1000);
}

/** What is wrong with something that was switched off. */
function verdictOf(
  { driftedAt, verification }: Removal,
  at: Instant,
): 'UncheckedRemovals' | 'FailedVerifications' | 'DriftedRemovals' | undefined {
  if (driftedAt !== undefined) return plusMs(driftedAt, DAY_MS) > at ? 'DriftedRemovals' : undefined;
  if (verification?.level === 'failed') return 'FailedVerifications';
  return verification?.level === 'unchecked' ? 'UncheckedRemovals' : undefined;
}

async function* pages<T>(read: (page: PageRequest) => Promise<Page<T>>): AsyncIterable<T> {
  let cursor: string | undefined;
  do {
    const page = await read({ cursor, limit: PAGE });
    yield* page.entries;
    cursor = page.next;
  } while (cursor !== undefined);
}
