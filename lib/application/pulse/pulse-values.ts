// The numbers of every pulse: each from a few keys or from the beginning of a list.
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { earliest, HOUR_MS, type Instant, MINUTE_MS, millisOf, plusMs } from '../../domain/time.ts';
import type { PulseMetric } from '../../pulse-metrics.ts';
import { heartbeatId } from '../ledger/heartbeat.ts';
import type { ReviewStore } from '../ports/review-store.ts';
import { isOver } from './count-campaign.ts';

/** Numbers by metric. */
export type PulseValues = Readonly<Partial<Record<PulseMetric, number>>>;

/** Entries read of each shard of the inbox and of the due index; more are not counted. */
const AT_MOST = 100;
const LATE_MS = 10 * MINUTE_MS;
const HEARTBEAT_HOURS = 6;

/** The log's head, its heartbeat and its inbox. An empty log has no head: then there is no age. */
export async function logValues(store: ReviewStore, at: Instant): Promise<PulseValues> {
  const head = await store.get('ledger-pointer', { pointer: 'sealed' });
  const hours = Array.from({ length: HEARTBEAT_HOURS + 1 }, (_, back) => plusMs(at, -back * HOUR_MS));
  const beats = await store.getMany(
    'handled',
    hours.map((hour) => ({ messageId: heartbeatId(hour) })),
  );
  const beatAt = beats.find((beat) => beat !== undefined)?.handledAt;
  let depth = 0;
  let oldest: Instant | undefined;
  for (let shard = 0; shard < store.inboxShards; shard += 1) {
    const { entries } = await store.inbox(shard, { limit: AT_MOST });
    depth += entries.length;
    oldest = older(oldest, entries[0]?.receivedAt);
  }
  return {
    ...(head ? { HeadAge: ageOf(head.sealedAt, at) } : {}),
    HeartbeatAge: beatAt === undefined ? (HEARTBEAT_HOURS * HOUR_MS) / 1000 : ageOf(beatAt, at),
    InboxDepth: depth,
    OldestInboxAge: oldest === undefined ? 0 : ageOf(oldest, at),
  };
}

/** Work that is due and was not done. */
export async function workValues(store: ReviewStore, at: Instant): Promise<PulseValues> {
  let backlog = 0;
  let oldest: Instant | undefined;
  for (let shard = 0; shard < store.dueShards; shard += 1) {
    const { entries } = await store.due(shard, plusMs(at, -LATE_MS), { limit: AT_MOST });
    backlog += entries.length;
    oldest = older(oldest, entries[0]?.dueAt);
  }
  return { DueBacklog: backlog, OldestDueAge: oldest === undefined ? 0 : ageOf(oldest, at) };
}

/** What is in the register, and how old it is. Before the first collection there is no age. */
export async function registerValues(store: ReviewStore, at: Instant): Promise<PulseValues> {
  const inventories = await store.inventories();
  const ages = inventories.map(({ collectedAt }) => ageOf(collectedAt, at));
  return {
    ...(ages.length > 0 ? { OldestInventoryAge: Math.max(...ages) } : {}),
    PartialInventories: inventories.filter(({ completeness }) => completeness === 'partial').length,
    Identities: inventories.reduce((sum, { identities }) => sum + identities, 0),
  };
}

/** Whether removals are stopped. */
export async function switchValues(store: ReviewStore): Promise<PulseValues> {
  const found = await store.get('switch', { switchId: 'enforcement' });
  return { EnforcementStopped: found?.stopped === true ? 1 : 0 };
}

/** Campaigns by what their dates say. */
export function campaignValues(campaigns: readonly Campaign[], at: Instant): PulseValues {
  const live = campaigns.filter((campaign) => !isOver(campaign));
  const hourAgo = plusMs(at, -HOUR_MS);
  return {
    LiveCampaigns: live.length,
    StuckOpenings: live.filter(({ state, startedAt }) => state === 'opening' && startedAt <= hourAgo).length,
    UnclosedCampaigns: live.filter(({ closeBy }) => closeBy <= hourAgo).length,
  };
}

function older(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return earliest(a, b);
}

function ageOf(since: Instant, at: Instant): number {
  return Math.max(0, Math.round((millisOf(at) - millisOf(since)) / 1000));
}
