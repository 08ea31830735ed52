// Handing an item to somebody else: on purpose (reassign), or by saying it is not one's own.
import { RefusedError } from '../domain/errors.ts';
import { transition } from '../domain/lifecycle.ts';
import type { Authenticated, DecisionRequest } from '../domain/review/decision.ts';
import type { Directory } from '../domain/review/directory.ts';
import { checkHandOver } from '../domain/review/hand-over.ts';
import type { Person } from '../domain/review/person.ts';
import { ITEM_LIFECYCLE } from '../domain/review/review-item.ts';
import { routeReviewer } from '../domain/review/route.ts';
import type { DecisionContext } from './decision-context.ts';
import type { Environment } from './environment.ts';
import { receiveItem } from './finish-docket.ts';
import { update } from './ports/review-store.ts';
import { proposeOwner } from './propose-owner.ts';
import { remember } from './remember-act.ts';
import type { ActOutcome } from './review-actions.ts';

type PassOnRequest = Extract<DecisionRequest, { verdict: 'reassign' | 'not-mine' }>;

/** Moves the item to its next reviewer and attests why. What nobody owns is only proposed to somebody. */
export async function passOn(
  environment: Environment,
  context: DecisionContext,
  request: PassOnRequest,
  act: { readonly who: Authenticated; readonly actId: string; readonly why: string },
): Promise<ActOutcome> {
  const { store, people } = environment;
  const { item, campaign, at } = context;
  const directory = await people.directory();
  if (request.verdict === 'reassign' && item.routedBy === 'fallback')
    return proposeOwner(environment, directory, context, {
      to: request.to,
      reason: request.reason,
      actId: act.actId,
    });
  const next =
    request.verdict === 'reassign'
      ? { person: checkHandOver(request.to, { ...context, directory, now: at }), routedBy: 'reassigned' }
      : nextInChain(directory, context);
  const signed = await attestPassOn(environment, context, request, next.person, act);
  const docket = await store.get('docket', {
    campaignId: campaign.campaignId,
    reviewerId: next.person.personId,
  });
  const moved = update('item', item, {
    state: transition(ITEM_LIFECYCLE, 'review item', item.state, 'pass-on'),
    reviewerId: next.person.personId,
    reviewerSince: at,
    routedBy: next.routedBy,
    hops: [...item.hops, item.reviewerId],
    claim: undefined,
    proposal: undefined,
    answers: item.answers + 1,
  });
  const text = `${item.name} is now with ${next.person.name}.`;
  await store.commit([
    moved,
    receiveItem(docket, campaign.campaignId, next.person.personId, at, at),
    remember(act.actId, at, text, act.who.personId),
    ...signed.writes,
  ]);
  return { text, item: moved.record };
}

interface NextReviewer {
  readonly person: Person;
  readonly routedBy: string;
}

function nextInChain(
  directory: Directory,
  { item, snapshot, definition, at }: DecisionContext,
): NextReviewer {
  const route = routeReviewer({
    identity: snapshot.identity,
    directory,
    definition,
    tier: item.tier,
    now: at,
    notAgain: [...item.hops, item.reviewerId],
  });
  const person = directory.person(route.reviewerId);
  if (!person || [...item.hops, item.reviewerId].includes(person.personId)) {
    throw new RefusedError({
      code: 'CONFLICT',
      message:
        'Nobody else is left to ask. You are the fallback: please switch it off, or accept the risk for at most 30 days.',
    });
  }
  return { person, routedBy: route.routedBy };
}

async function attestPassOn(
  environment: Environment,
  context: DecisionContext,
  request: PassOnRequest,
  to: Person,
  act: { readonly who: Authenticated; readonly why: string },
) {
  const { attestor } = environment;
  const { item, campaign, at } = context;
  return attestor.attest(
    {
      name: 'decision',
      subject: { name: item.identityId, sha256: item.snapshot },
      step: `decision/${campaign.campaignId}`,
      ordinal: item.answers,
      predicate: {
        build: attestor.build,
        actor: attestor.person(act.who, act.why),
        at,
        campaignId: campaign.campaignId,
        definitionDigest: campaign.definitionDigest,
        identityId: item.identityId,
        verdict: request.verdict,
        reason: request.reason,
        recommendation: item.recommendation,
        tier: item.tier,
        to: attestor.pseudonym(to.personId),
        awaitingSecond: false,
      },
    },
    at,
  );
}
