// Letting somebody else answer for a while, and taking that back. Each is attested in every review it holds in.
import { createHash } from 'node:crypto';
import type { Campaign, CampaignId } from '../domain/campaign/campaign.ts';
import { RefusedError, UpstreamError } from '../domain/errors.ts';
import type { Authenticated } from '../domain/review/decision.ts';
import { checkDelegation, type Delegation, hopsBefore } from '../domain/review/delegation.ts';
import { personToHandTo } from '../domain/review/hand-over.ts';
import { mayReview } from '../domain/review/resolve-owner.ts';
import type { Instant } from '../domain/time.ts';
import { attestDelegation } from './attest-delegation.ts';
import { untilNoConflict } from './conflict.ts';
import { delegationsFollowing, delegationsReaching, inCampaign } from './delegations.ts';
import { liveDockets } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { loadCampaign, loadDefinition } from './load.ts';
import type { Records } from './ports/records.ts';
import { create, update } from './ports/review-store.ts';
import { remember } from './remember-act.ts';
import type { ActOutcome } from './review-actions.ts';
import { tellDelegate } from './tell-delegate.ts';
import type { TellPerson } from './tell-person.ts';

/** Reviews one delegation holds in at most: each takes two of the 25 writes of a transaction. */
export const MOST_REVIEWS = 10;

/** What is asked by who delegates. */
export interface DelegateInput {
  /** Person, e-mail address or team. */
  readonly to: string;
  readonly until: Instant;
  readonly reason: string;
  readonly who: Authenticated;
  readonly actId: string;
}

/** Who takes back what they delegated to whom. */
export type EndDelegationInput = Omit<DelegateInput, 'until'>;

/**
 * Makes the use case: from now until an end another person answers as this one may, in the reviews that are open for
 * them now. The same act twice counts once.
 */
export function delegate(environment: Environment, tell?: TellPerson) {
  return async (input: DelegateInput): Promise<ActOutcome> => {
    const outcome = await untilNoConflict(() => give(environment, input));
    const key = { from: input.who.personId, delegationId: delegationIdOf(input.actId) };
    const given = await environment.store.get('delegation', key);
    const isTold = !tell || !given || (await tellIfPossible(environment, tell, given));
    return isTold ? outcome : { ...outcome, text: `${outcome.text} ${UNTOLD}` };
  };
}

const UNTOLD = 'They could not be told just now; they hear of it when they are asked.';

/** What was settled stays so when a channel is down: then whoever did it is told that the other was not. */
async function tellIfPossible(
  environment: Environment,
  tell: TellPerson,
  given: Records['delegation'],
): Promise<boolean> {
  try {
    await tellDelegate(environment, tell, given);
    return true;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return false;
  }
}

async function give(environment: Environment, input: DelegateInput): Promise<ActOutcome> {
  const { store, people, clock } = environment;
  const earlier = await store.get('handled', { messageId: input.actId });
  if (earlier) return { text: earlier.outcome };
  const at = clock.now();
  const from = await checkPerson(environment, input.who.personId);
  const to = personToHandTo(input.to, await people.directory(), at);
  const wanted = { from, to: to.personId, until: input.until };
  const reviews = await reviewsFor(environment, wanted, at);
  const delegationId = delegationIdOf(input.actId);
  const actor = environment.attestor.person(input.who, 'for themselves');
  const signed = await Promise.all(
    reviews.map(({ campaign, hops }) =>
      attestDelegation(environment, campaign, { ...wanted, delegationId, hops, actor }, at, 0),
    ),
  );
  const titles = reviews.map(({ campaign }) => campaign.title).join(', ');
  const text = `${to.name} may answer for you until ${input.until.slice(0, 10)}, in: ${titles}.`;
  const record: Records['delegation'] = {
    schemaVersion: 1,
    version: 1,
    delegationId,
    ...wanted,
    campaignIds: reviews.map(({ campaign }) => campaign.campaignId),
    reason: input.reason,
    givenAt: at,
  };
  const writes = signed.flatMap((each) => each.writes);
  await store.commit([create('delegation', record), remember(input.actId, at, text), ...writes]);
  return { text };
}

function delegationIdOf(actId: string): string {
  return createHash('sha256').update(`delegation/${actId}`).digest('hex').slice(0, 24);
}

/** Makes the use case: everything delegated to that person ends now. */
export function endDelegation(environment: Environment, tell?: TellPerson) {
  return (input: EndDelegationInput): Promise<ActOutcome> =>
    untilNoConflict(async () => {
      const { store, people, clock } = environment;
      const earlier = await store.get('handled', { messageId: input.actId });
      if (earlier) return { text: earlier.outcome };
      const at = clock.now();
      const from = await checkPerson(environment, input.who.personId);
      const directory = await people.directory();
      const to = directory.person(input.to) ?? directory.byEmail(input.to);
      const toId = to?.personId ?? input.to;
      const held = (await store.delegationsFrom(from)).filter(
        (one) => one.to === toId && one.endedAt === undefined && one.until > at,
      );
      const [first] = held;
      if (!first)
        throw new RefusedError({
          code: 'NOT_FOUND',
          message: `You have delegated nothing to "${input.to}".`,
        });
      const text = `${to?.name ?? toId} no longer answers for you.`;
      for (const [position, one] of held.entries()) {
        const last = position === held.length - 1 ? [remember(input.actId, at, text)] : [];
        await store.commit([...(await endOne(environment, one, input.who, at)), ...last]);
        if (tell) await tellIfPossible(environment, tell, { ...one, endedAt: at });
      }
      return { text };
    });
}

async function endOne(environment: Environment, one: Records['delegation'], who: Authenticated, at: Instant) {
  const signed = await Promise.all(
    one.campaignIds.map(async (campaignId) => {
      const campaign = await loadCampaign(environment.store, campaignId);
      const actor = environment.attestor.person(who, 'for themselves');
      return attestDelegation(environment, campaign, { ...one, until: at, hops: 1, actor }, at, 1);
    }),
  );
  return [update('delegation', one, { endedAt: at }), ...signed.flatMap(({ writes }) => writes)];
}

async function checkPerson({ people, clock }: Environment, personId: string): Promise<string> {
  const person = (await people.directory()).person(personId);
  if (person && mayReview(person, clock.now())) return personId;
  throw new RefusedError({ code: 'NOT_ELIGIBLE', message: 'Only active full members can delegate.' });
}

/** The reviews it may hold in. @throws RefusedError with why not, when there is none */
async function reviewsFor(
  environment: Environment,
  wanted: Delegation,
  now: Instant,
): Promise<readonly { readonly campaign: Campaign; readonly hops: number }[]> {
  const { store, blobs, people } = environment;
  const directory = await people.directory();
  const [before, after] = await Promise.all([
    delegationsReaching(store, wanted.from, now),
    delegationsFollowing(store, wanted.to, now),
  ]);
  const campaigns = await openFor(environment, wanted.from, before);
  const allowed: { readonly campaign: Campaign; readonly hops: number }[] = [];
  let refusal: unknown = new RefusedError({
    code: 'NOT_FOUND',
    message: 'No review waits for your answer; there is nothing to delegate.',
  });
  for (const campaign of campaigns) {
    const definition = await loadDefinition(blobs, campaign.definitionDigest);
    const rules = { definition, directory, now };
    const existing = inCampaign([...before, ...after], campaign.campaignId);
    try {
      checkDelegation(wanted, existing, rules);
      allowed.push({ campaign, hops: hopsBefore(wanted.from, existing, rules) + 1 });
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      refusal = error;
    }
  }
  if (allowed.length === 0) throw refusal;
  if (allowed.length > MOST_REVIEWS)
    throw new RefusedError({
      code: 'NOT_SUPPORTED',
      message: `That is more than ${MOST_REVIEWS} reviews at once.`,
    });
  return allowed;
}

/** Reviews in which something waits for this person, or for somebody who delegated to them. */
async function openFor(
  environment: Environment,
  personId: string,
  before: readonly Records['delegation'][],
): Promise<readonly Campaign[]> {
  const given = new Set<CampaignId>(before.flatMap(({ campaignIds }) => campaignIds));
  const people = [personId, ...new Set(before.map(({ from }) => from))];
  const found = new Map<CampaignId, Campaign>();
  for (const id of people) {
    for (const { campaign } of await liveDockets(environment, id)) {
      if (id === personId || given.has(campaign.campaignId)) found.set(campaign.campaignId, campaign);
    }
  }
  return [...found.values()];
}
