// Everything one person has to do, and what they can still take back: the App Home and the review page.
import { RefusedError } from '../domain/errors.ts';
import type { ItemRef } from '../domain/review/decision.ts';
import { delegationPath } from '../domain/review/delegation.ts';
import { handOverCandidates } from '../domain/review/hand-over.ts';
import { mayLook } from '../domain/review/may-look.ts';
import { delegatedDockets, delegationsReaching, inCampaign } from './delegations.ts';
import { readDocketPart } from './docket-part.ts';
import { liveDockets, viewPart } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { type OpenDocket, pageOf } from './item-page.ts';

import { loadCampaign, loadDefinition, loadItem, loadSnapshot } from './load.ts';
import { pendingApprovals } from './pending-approvals.ts';
import type { DocketView } from './ports/messenger.ts';
import { recentActs } from './recent-acts.ts';
import type { DeskView, ReviewActions } from './review-actions.ts';

/** Notices looked back on for undo, and for approvals asked for before the store listed those apart: a person's newest. */
const LOOK_BACK = 60;
/** A menu takes no more. */
const MOST_CANDIDATES = 100;

/** Makes the view of a person's desk. */
export function viewDesk(environment: Environment): ReviewActions['desk'] {
  return async (personId, options): Promise<DeskView> => {
    const { store, people, clock } = environment;
    const person = (await people.directory()).person(personId);
    if (!person)
      throw new RefusedError({
        code: 'NOT_FOUND',
        message: `There is nobody called "${personId}" in the directory.`,
      });
    const screenful = options?.perDocket ?? (options?.page ? 0 : 10);
    const opened = await docketsOnDesk(environment, personId, screenful);
    const notices = (await store.noticesOf(personId, { limit: LOOK_BACK })).entries;
    return {
      person,
      now: clock.now(),
      dockets: opened.map(({ view }) => view),
      ...(options?.page ? { page: await pageOf(environment, opened, options.page) } : {}),
      approvals: await pendingApprovals(environment, personId, notices),
      recent: await recentActs(environment, personId, notices),
    };
  };
}

/** The person's own dockets, then those others let them answer; those in which something is open. */
async function docketsOnDesk(
  environment: Environment,
  personId: string,
  screenful: number,
): Promise<readonly OpenDocket[]> {
  const opened: OpenDocket[] = [];
  for (const { campaign, docket } of await liveDockets(environment, personId)) {
    const part = await readDocketPart(environment, campaign, personId);
    const view = await viewPart(environment, part, screenful);
    opened.push({ part, view: { ...view, snoozed: docket.snooze !== undefined } });
  }
  const own = opened.map(({ view }) => view);
  for (const { campaign, reviewer } of await delegatedDockets(environment, personId)) {
    const part = await readDocketPart(environment, campaign, reviewer.personId);
    const view = await viewPart(environment, part, screenful);
    // A group is kept for one person at a time: first one's own.
    const groups = view.groups.filter(({ group }) => !own.some((other) => hasGroup(other, view, group)));
    const title = `${view.title} (for ${reviewer.name})`;
    opened.push({ part, view: { ...view, title, forPersonId: reviewer.personId, groups } });
    own.push(view);
  }
  return opened.filter(({ view }) => view.open > 0);
}

function hasGroup(other: DocketView, { campaignId }: DocketView, group: string): boolean {
  return other.campaignId === campaignId && other.groups.some((each) => each.group === group);
}

/** Makes the view of one item for the person who is looking. Only people who have to do with it see it. */
export function viewOneItem(environment: Environment): ReviewActions['item'] {
  return async (ref, personId) => {
    const { item, snapshot } = await sightOf(environment, ref, personId);
    return { item, snapshot };
  };
}

/** Makes the list of people an item may be handed to: the owner's team first, then whom the definition allows. */
export function candidatesFor(environment: Environment): ReviewActions['candidates'] {
  return async (ref, personId) =>
    handOverCandidates(await sightOf(environment, ref, personId))
      .filter((candidate) => candidate.personId !== personId)
      .slice(0, MOST_CANDIDATES);
}

/** @throws RefusedError NOT_FOUND; NOT_ELIGIBLE for somebody who has nothing to do with it */
async function sightOf({ store, blobs, people, clock }: Environment, ref: ItemRef, personId: string) {
  const item = await loadItem(store, ref);
  const campaign = await loadCampaign(store, item.campaignId);
  const [definition, snapshot, directory] = await Promise.all([
    loadDefinition(blobs, campaign.definitionDigest),
    loadSnapshot(blobs, item.snapshot),
    people.directory(),
  ]);
  const sight = { item, snapshot, definition, directory, now: clock.now() };
  if (mayLook(personId, sight)) return sight;
  const given = inCampaign(await delegationsReaching(store, personId, sight.now), item.campaignId);
  if (delegationPath(item.reviewerId, personId, given, sight)) return sight;
  throw new RefusedError({
    code: 'NOT_ELIGIBLE',
    message: 'Only people who have to do with this identity can look at it.',
  });
}
