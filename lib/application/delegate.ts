// Letting somebody else answer for a while, and taking that back. Each is attested in every review it holds in.
import { createHash } from 'node:crypto';
import type { Actor } from '../domain/attestation/actor.ts';
import { RefusedError, UpstreamError } from '../domain/errors.ts';
import type { Authenticated } from '../domain/review/decision.ts';
import { personToHandTo } from '../domain/review/hand-over.ts';
import type { Instant } from '../domain/time.ts';
import { attestDelegation } from './attest-delegation.ts';
import { untilNoConflict } from './conflict.ts';
import { type Delegator, delegatorOf } from './delegator.ts';
import type { Environment } from './environment.ts';
import { loadCampaign } from './load.ts';
import type { Records } from './ports/records.ts';
import { create, update } from './ports/review-store.ts';
import { remember } from './remember-act.ts';
import type { ActOutcome } from './review-actions.ts';
import { reviewsToDelegate } from './reviews-to-delegate.ts';
import { tellDelegate } from './tell-delegate.ts';
import type { TellPerson } from './tell-person.ts';

/** What is asked by who delegates. */
export interface DelegateInput {
  /** Person, e-mail address or team. */
  readonly to: string;
  /** Person id or e-mail address of who has left or is away; absent: whoever asks delegates for themselves. */
  readonly inPlaceOf?: string | undefined;
  /** First moment it holds; absent: now. */
  readonly fromAt?: Instant | undefined;
  readonly until: Instant;
  readonly reason: string;
  readonly who: Authenticated;
  readonly actId: string;
}

/** Who takes back what they delegated to whom. */
export type EndDelegationInput = Omit<DelegateInput, 'fromAt' | 'until'>;

/**
 * Makes the use case: from now, or a day ahead, until an end another person answers as this one may, in the reviews that
 * are open for them now and those opened meanwhile. The same act twice counts once.
 */
export function delegate(environment: Environment, tell?: TellPerson) {
  return async (input: DelegateInput): Promise<ActOutcome> => {
    const delegator = await delegatorOf(environment, input.who.personId, input.inPlaceOf);
    const outcome = await untilNoConflict(() => give(environment, input, delegator));
    const key = { from: delegator.from, delegationId: delegationIdOf(input.actId) };
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

async function give(
  environment: Environment,
  input: DelegateInput,
  { from, called, givenBy, right }: Delegator,
): Promise<ActOutcome> {
  const { store, people, clock } = environment;
  const earlier = await store.get('handled', { messageId: input.actId });
  if (earlier) return { text: earlier.outcome };
  const at = clock.now();
  const to = personToHandTo(input.to, await people.directory(), at);
  const { until } = input;
  const starts = input.fromAt !== undefined && input.fromAt > at ? { fromAt: input.fromAt } : {};
  const { fromAt } = starts;
  const wanted = { from, to: to.personId, until, ...starts, ...(givenBy === undefined ? {} : { givenBy }) };
  const reviews = await reviewsToDelegate(environment, wanted, at);
  const delegationId = delegationIdOf(input.actId);
  const why = fromAt === undefined ? right : `${right}, from ${fromAt} on`;
  const actor = environment.attestor.person(input.who, why);
  const signed = await Promise.all(
    reviews.map(({ campaign, hops }) =>
      attestDelegation(environment, campaign, { ...wanted, delegationId, hops, actor }, at, 0),
    ),
  );
  const titles = reviews.map(({ campaign }) => campaign.title).join(', ');
  const start = fromAt === undefined ? '' : ` from ${fromAt.slice(0, 10)}`;
  const where = titles === '' ? 'in the reviews opened meanwhile' : `in: ${titles}`;
  const text = `${to.name} may answer for ${called}${start} until ${until.slice(0, 10)}, ${where}.`;
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
      const delegator = await delegatorOf(environment, input.who.personId, input.inPlaceOf);
      const { from, called } = delegator;
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
          message:
            called === 'you'
              ? `You have delegated nothing to "${input.to}".`
              : `Nothing is delegated from ${called} to "${input.to}".`,
        });
      const text = `${to?.name ?? toId} no longer answers for ${called}.`;
      for (const [position, one] of held.entries()) {
        const last = position === held.length - 1 ? [remember(input.actId, at, text)] : [];
        await store.commit([
          ...(await endOne(environment, one, environment.attestor.person(input.who, delegator.right), at)),
          ...last,
        ]);
        if (tell) await tellIfPossible(environment, tell, { ...one, endedAt: at });
      }
      return { text };
    });
}

async function endOne(environment: Environment, one: Records['delegation'], actor: Actor, at: Instant) {
  const signed = await Promise.all(
    one.campaignIds.map(async (campaignId) => {
      const campaign = await loadCampaign(environment.store, campaignId);
      return attestDelegation(environment, campaign, { ...one, until: at, hops: 1, actor }, at, 1);
    }),
  );
  return [update('delegation', one, { endedAt: at }), ...signed.flatMap(({ writes }) => writes)];
}
