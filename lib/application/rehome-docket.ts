// A reviewer left while the review runs: what they have not answered goes to whoever is next, each hop attested.
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Definition } from '../domain/campaign/definition.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { OwnerHint } from '../domain/identity/identity.ts';
import { transition } from '../domain/lifecycle.ts';
import { type Directory, directoryOf } from '../domain/review/directory.ts';
import type { Docket } from '../domain/review/docket.ts';
import { mayReview } from '../domain/review/resolve-owner.ts';
import { ITEM_LIFECYCLE, type ReviewItem } from '../domain/review/review-item.ts';
import { type Route, routeReviewer } from '../domain/review/route.ts';
import { attestOwner } from './attest-owner.ts';
import { untilNoConflict } from './conflict.ts';
import { openItemsOf } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { finishDocketWhenDone, receiveItem } from './finish-docket.ts';
import { mapConcurrently } from './in-batches.ts';
import { loadDefinition, loadDirectory, loadItem, loadSnapshot } from './load.ts';
import { update } from './ports/review-store.ts';

/** Items moved in one transaction: three writes each, and the docket they go to. */
const MOVED_AT_ONCE = 7;

/** What one docket is routed on with. */
interface Leaving {
  readonly campaign: Campaign;
  readonly leaverId: string;
  readonly definition: Definition;
  /** As it is now, and the leaver as they were last known. */
  readonly directory: Directory;
}

/**
 * Routes every open item of a docket on when its reviewer is here no more, and ends that docket. Resolves to whether
 * anything moved: not when the reviewer is still here, nor when nobody else can be asked. Run again after it broke off,
 * it goes on with what is left.
 */
export async function rehomeDocket(
  environment: Environment,
  campaign: Campaign,
  { reviewerId: leaverId, campaignId }: Pick<Docket, 'reviewerId' | 'campaignId'>,
): Promise<boolean> {
  const { blobs, people, clock } = environment;
  const today = await people.directory();
  const known = today.person(leaverId);
  if (known && mayReview(known, clock.now())) return false;
  const leaving: Leaving = {
    campaign,
    leaverId,
    definition: await loadDefinition(blobs, campaign.definitionDigest),
    directory: known ? today : await rememberLeaver(environment, campaign, leaverId, today),
  };
  const items = await openItemsOf(environment, campaign, leaverId);
  const routes = await mapConcurrently(items, 8, async (item) => ({
    item,
    route: await nextFor(environment, leaving, item),
  }));
  const byNext = new Map<string, { readonly item: ReviewItem; readonly route: Route }[]>();
  for (const { item, route } of routes) {
    if (!route || route.reviewerId === leaverId) continue;
    byNext.set(route.reviewerId, [...(byNext.get(route.reviewerId) ?? []), { item, route }]);
  }
  for (const [reviewerId, moves] of byNext) {
    for (let from = 0; from < moves.length; from += MOVED_AT_ONCE)
      await move(environment, leaving, reviewerId, moves.slice(from, from + MOVED_AT_ONCE));
  }
  await finishDocketWhenDone(environment, campaignId, leaverId);
  return byNext.size > 0;
}

/** Somebody the directory has forgotten still had a manager when the campaign was opened. */
async function rememberLeaver(
  { blobs }: Environment,
  campaign: Campaign,
  leaverId: string,
  today: Directory,
): Promise<Directory> {
  const before = (await loadDirectory(blobs, campaign.directoryDigest)).person(leaverId);
  if (!before) return today;
  return directoryOf([...today.everyone(), { ...before, active: false }], today.teams());
}

async function nextFor(
  { blobs, clock }: Environment,
  { leaverId, definition, directory }: Leaving,
  item: ReviewItem,
): Promise<Route | undefined> {
  const { identity } = await loadSnapshot(blobs, item.snapshot);
  const leaver = directory.person(leaverId);
  // However the leaver got it, their manager is next; but an unowned identity is not theirs to be followed in.
  const own: OwnerHint[] =
    leaver && item.routedBy !== 'fallback'
      ? [{ role: 'technical', value: leaver.email, source: 'principal', detail: 'reviewer who left' }]
      : [];
  try {
    return routeReviewer({
      identity,
      directory,
      definition,
      tier: item.tier,
      now: clock.now(),
      hints: [...identity.ownerHints, ...own],
      notAgain: [...item.hops, leaverId],
    });
  } catch (error) {
    if (error instanceof InvalidInputError && error.code === 'UNKNOWN_REVIEWER') return undefined;
    throw error;
  }
}

/** Moves items to one reviewer. What was answered or handed on meanwhile is left alone. */
async function move(
  environment: Environment,
  { campaign, leaverId }: Leaving,
  reviewerId: string,
  moves: readonly { readonly item: ReviewItem; readonly route: Route }[],
): Promise<void> {
  const { store, attestor, clock } = environment;
  await untilNoConflict(async () => {
    const at = clock.now();
    const writes = [];
    for (const { item: seen, route } of moves) {
      const item = await loadItem(store, seen);
      if (item.state !== 'open' || item.reviewerId !== leaverId) continue;
      const actor = attestor.system;
      const change = { campaign, item, to: reviewerId, how: 'left', actor } as const;
      const signed = await attestOwner(attestor, change, at);
      const { orphan, routedBy } = route;
      const next = update('item', item, {
        state: transition(ITEM_LIFECYCLE, 'review item', item.state, 'pass-on'),
        reviewerId,
        reviewerSince: at,
        routedBy,
        hops: [...item.hops, leaverId],
        answers: item.answers + 1,
        ...(orphan ? {} : { claim: undefined, proposal: undefined }),
      });
      writes.push(next, ...signed.writes);
    }
    if (writes.length === 0) return;
    const docket = await store.get('docket', { campaignId: campaign.campaignId, reviewerId });
    await store.commit([...writes, receiveItem(docket, campaign.campaignId, reviewerId, at, at)]);
  });
}
