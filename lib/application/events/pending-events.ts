// Events that wait to be asked about, and what can be said about them before a campaign is opened.
import { type Campaign, TAKES_ANSWERS } from '../../domain/campaign/campaign.ts';
import { HOUR_MS, type Instant, plusMs } from '../../domain/time.ts';
import { untilNoConflict } from '../conflict.ts';
import type { Environment } from '../environment.ts';
import { mapConcurrently } from '../in-batches.ts';
import type { EventRecord } from '../ports/records.ts';
import { type ReviewStore, update } from '../ports/review-store.ts';
import { loadChosen } from './chosen.ts';

/** Events taken into one campaign at most; the others wait for the next. */
const MOST_EVENTS = 2000;
const AT_ONCE = 16;
/** Events that are not quite due are taken along. */
const AHEAD_MS = HOUR_MS;

/** Everything noted that is due about now, oldest first. */
export async function pendingEvents(store: ReviewStore, now: Instant): Promise<EventRecord[]> {
  const keys = [];
  for (let shard = 0; shard < store.dueShards; shard += 1) {
    let cursor: string | undefined;
    do {
      const page = await store.due(shard, plusMs(now, AHEAD_MS), { cursor });
      for (const ref of page.entries) if (ref.kind === 'event') keys.push(ref.key);
      cursor = page.next;
    } while (cursor !== undefined);
  }
  const events = await store.getMany('event', keys);
  return events
    .filter((event) => event?.state === 'noted')
    .flatMap((event) => event ?? [])
    .toSorted((a, b) => (`${a.at}${a.eventId}` < `${b.at}${b.eventId}` ? -1 : 1))
    .slice(0, MOST_EVENTS);
}

/** Writes down what came of an event, unless that is known already. */
async function settleEvent(
  { store }: Pick<Environment, 'store'>,
  { identityKey, eventId }: Pick<EventRecord, 'identityKey' | 'eventId'>,
  outcome:
    | { readonly state: 'asked'; readonly campaignId: Campaign['campaignId'] }
    | { readonly state: 'settled'; readonly outcome: string }
    | { readonly nextDueAt: Instant },
): Promise<void> {
  await untilNoConflict(async () => {
    const event = await store.get('event', { identityKey, eventId });
    if (event?.state !== 'noted') return;
    await store.commit([update('event', event, { nextDueAt: undefined, ...outcome })]);
  });
}

/** Settles many. */
export async function settleEvents(
  environment: Pick<Environment, 'store'>,
  events: readonly Pick<EventRecord, 'identityKey' | 'eventId'>[],
  outcome: Parameters<typeof settleEvent>[2],
): Promise<void> {
  await mapConcurrently(events, AT_ONCE, (event) => settleEvent(environment, event, outcome));
}

/**
 * The campaigns in which events are asked about already: one opened for them that broke off before saying so, or one in
 * which the question about the identity is open.
 */
export async function askedAlready(
  { store, blobs }: Pick<Environment, 'store' | 'blobs'>,
  events: readonly EventRecord[],
): Promise<ReadonlyMap<EventRecord, Campaign['campaignId']>> {
  const [oldest] = events;
  if (!oldest) return new Map();
  const campaigns = await store.campaigns();
  const frozen = new Map<string, Campaign['campaignId']>();
  for (const { campaignId, events: own, startedAt, state } of campaigns) {
    if (!own || startedAt < oldest.at || state === 'cancelled') continue;
    for (const { identityKey, events: about } of await loadChosen(blobs, own.chosen))
      for (const { eventId } of about) frozen.set(`${identityKey}/${eventId}`, campaignId);
  }
  const live = new Set(campaigns.filter(isLive).map(({ campaignId }) => campaignId));
  const found = await mapConcurrently(events, AT_ONCE, async (event) => {
    const inFrozen = frozen.get(`${event.identityKey}/${event.eventId}`);
    if (inFrozen !== undefined || live.size === 0) return inFrozen;
    const items = await store.itemsOf(event.identityKey);
    return items.find(({ state, campaignId }) => state === 'open' && live.has(campaignId))?.campaignId;
  });
  return new Map(
    events.flatMap((event, index) => {
      const campaignId = found[index];
      return campaignId === undefined ? [] : [[event, campaignId] as const];
    }),
  );
}

function isLive({ state }: Campaign): boolean {
  return state === 'opening' || state === 'held' || TAKES_ANSWERS.includes(state);
}
