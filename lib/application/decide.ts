// One decision by one authenticated person: eligibility, attestation, item and consequences in one transaction.
import { TAKES_ANSWERS } from '../domain/campaign/campaign.ts';
import { RefusedError } from '../domain/errors.ts';
import { accepts, transition } from '../domain/lifecycle.ts';
import { checkEligibility, needsSecondApprover } from '../domain/review/eligibility.ts';
import { ITEM_LIFECYCLE, type ReviewItem } from '../domain/review/review-item.ts';
import { isAsSeen } from '../domain/review/seen.ts';
import { validateDecision } from '../domain/review/validate-decision.ts';
import type { AskSecondPerson } from './ask-second-person.ts';
import type { CollectIdentities } from './collect-identities.ts';
import { untilNoConflict } from './conflict.ts';
import { consequencesOf, withdrawEarlier } from './decision-consequences.ts';
import type { DecisionContext } from './decision-context.ts';
import { attestDecision, type BulkMark, decisionRecordOf } from './decision-record.ts';
import { delegationsReaching, inCampaign } from './delegations.ts';
import type { Environment } from './environment.ts';
import { finishDocketWhenDone } from './finish-docket.ts';
import { loadCampaign, loadDefinition, loadItem, loadSnapshot } from './load.ts';
import { outcomeText } from './outcome-text.ts';
import { passOn } from './pass-on.ts';
import { update, type Write } from './ports/review-store.ts';
import { refreshSnapshot } from './refresh-snapshot.ts';
import { remember } from './remember-act.ts';
import type { ActOutcome, DecideInput } from './review-actions.ts';

/** What fits into one transaction (the store port's limit). */
const MAX_WRITES = 25;

/**
 * Makes the use case. The same `actId` again gives the first outcome and changes nothing; what the first delivery did not
 * come to any more (asking the second person, ending the chase) is done then.
 */
export function decide(environment: Environment, collect: CollectIdentities, ask: AskSecondPerson) {
  return (input: DecideInput, bulk?: BulkMark): Promise<ActOutcome> =>
    untilNoConflict(async () => {
      const earlier = await environment.store.get('handled', { messageId: input.actId });
      if (earlier) return doneBefore(environment, ask, input, earlier.outcome);
      const context = await gather(environment, collect, input);
      const why = await mayDecide(environment, context, input);
      const outcome =
        input.request.verdict === 'reassign' || input.request.verdict === 'not-mine'
          ? await passOn(environment, context, input.request, { ...input, why })
          : await answer(environment, context, input, why, bulk);
      await finishDocketWhenDone(environment, context.campaign.campaignId, context.item.reviewerId);
      if (outcome.item) await ask(outcome.item, context.definition);
      return outcome;
    });
}

async function doneBefore(
  environment: Environment,
  ask: AskSecondPerson,
  input: DecideInput,
  text: string,
): Promise<ActOutcome> {
  const { store, blobs } = environment;
  const item = await loadItem(store, input.item);
  const campaign = await loadCampaign(store, item.campaignId);
  await finishDocketWhenDone(environment, item.campaignId, item.reviewerId);
  await ask(item, await loadDefinition(blobs, campaign.definitionDigest));
  return { text, item };
}

async function gather(
  environment: Environment,
  collect: CollectIdentities,
  input: DecideInput,
): Promise<DecisionContext> {
  const { store, blobs, people, clock } = environment;
  const asked = await loadItem(store, input.item);
  const campaign = await loadCampaign(store, asked.campaignId);
  if (!TAKES_ANSWERS.includes(campaign.state)) {
    throw new RefusedError({
      code: 'ALREADY_CLOSED',
      message: `"${campaign.title}" is ${campaign.state}; answers no longer count there.`,
    });
  }
  if (!accepts(ITEM_LIFECYCLE, asked.state, 'answer')) {
    throw new RefusedError({
      code: 'ALREADY_EXECUTING',
      message: 'It is being switched off or is off already; use Undo to bring it back first.',
    });
  }
  await checkSeen(blobs, asked, input.seen);
  const person = (await people.directory()).person(input.who.personId);
  if (!person) throw new RefusedError({ code: 'NOT_ELIGIBLE', message: 'You are not in the directory.' });
  const at = clock.now();
  const definition = await loadDefinition(blobs, campaign.definitionDigest);
  return { campaign, definition, ...(await refreshSnapshot(environment, collect, asked, at)), person, at };
}

async function checkSeen(blobs: Environment['blobs'], item: ReviewItem, seen: DecideInput['seen']) {
  if (seen === undefined || isAsSeen(seen, item, await loadSnapshot(blobs, item.snapshot))) return;
  throw new RefusedError({
    code: 'STALE_SNAPSHOT',
    message: `${item.name} is not as it was when you were shown it. Please look at it again and decide.`,
  });
}

async function mayDecide(
  environment: Environment,
  context: DecisionContext,
  input: DecideInput,
): Promise<string> {
  const { item, campaign, person, at } = context;
  const others =
    item.reviewerId === person.personId
      ? []
      : await delegationsReaching(environment.store, person.personId, at);
  const verdict = checkEligibility({
    verdict: input.request.verdict,
    item,
    snapshot: context.snapshot,
    who: person,
    delegations: inCampaign(others, campaign.campaignId),
    authenticated: input.who,
    definition: context.definition,
    directory: await environment.people.directory(),
    now: at,
  });
  if (!verdict.eligible) throw new RefusedError({ code: verdict.code, message: verdict.message });
  return verdict.why;
}

async function answer(
  environment: Environment,
  context: DecisionContext,
  input: DecideInput,
  why: string,
  bulk: BulkMark | undefined,
): Promise<ActOutcome> {
  const { item, definition, snapshot, at } = context;
  const exceptionsBefore = input.request.verdict === 'except' ? await exceptionsInARow(environment, item) : 0;
  const decision = validateDecision(input.request, item, definition, snapshot, at, { exceptionsBefore });
  const awaitingSecond = needsSecondApprover(item.tier, decision.verdict, definition, input.who.method);
  const signed = await attestDecision(environment, context, input, decision, { why, awaitingSecond, bulk });
  const record = decisionRecordOf(input, decision, signed.attestationId, at, { awaitingSecond, bulk });
  const consequences = await consequencesOf(environment, context, decision, signed.attestationId);
  const withdrawn = await withdrawEarlier(environment, context, signed.attestationId);
  const next = update('item', item, {
    state: transition(ITEM_LIFECYCLE, 'review item', item.state, 'answer'),
    decision: record,
    answers: item.answers + 1,
    removalIds: [...item.removalIds, ...consequences.removalIds],
  });
  const text = outcomeText(
    decision,
    item.name,
    awaitingSecond,
    await offered(environment, context, awaitingSecond),
  );
  const writes: Write[] = [
    next,
    remember(input.actId, at, text, input.who.personId),
    ...signed.writes,
    ...consequences.writes,
    ...withdrawn,
  ];
  if (writes.length > MAX_WRITES) throw tooMuchAtOnce(item);
  await environment.store.commit(writes);
  return { text, item: next.record };
}

/** A stronger sign-in helps where only the way of answering is too weak, not where the tier wants two people anyway. */
async function offered(
  { stepUp }: Environment,
  { item, person, definition }: DecisionContext,
  awaitingSecond: boolean,
) {
  if (!awaitingSecond || definition.reviewers.secondApproverTiers.includes(item.tier)) return undefined;
  return stepUp?.offer(person.personId, { campaignId: item.campaignId, identityKey: item.identityKey });
}

function tooMuchAtOnce({ name }: ReviewItem): RefusedError {
  return new RefusedError({
    code: 'NOT_SUPPORTED',
    message: `That is too much for one answer: please choose fewer credentials of ${name}, or switch it off as a whole.`,
  });
}

/** Exceptions granted since the last keep: one that was superseded by its own renewal counts like one that ran out. */
async function exceptionsInARow({ store }: Environment, { identityKey }: ReviewItem): Promise<number> {
  const [exceptions, items] = await Promise.all([
    store.exceptionsOf(identityKey),
    store.itemsOf(identityKey),
  ]);
  const keeps = items.flatMap(({ decision }) => (decision?.verdict === 'certify' ? [decision.at] : []));
  return exceptions.filter(
    ({ approvedAt, requestedAt }) => approvedAt !== undefined && keeps.every((at) => at < requestedAt),
  ).length;
}
