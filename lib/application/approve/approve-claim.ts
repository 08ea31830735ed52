// An unowned identity finds its owner: one person claims it, a second one confirms, and only then it is theirs.
import { type Campaign, TAKES_ANSWERS } from '../../domain/campaign/campaign.ts';
import type { Definition } from '../../domain/campaign/definition.ts';
import { type RefusalCode, RefusedError } from '../../domain/errors.ts';
import { transition } from '../../domain/lifecycle.ts';
import type { Directory } from '../../domain/review/directory.ts';
import type { Person } from '../../domain/review/person.ts';
import { ITEM_LIFECYCLE, type ReviewItem } from '../../domain/review/review-item.ts';
import { attestOwner } from '../attest-owner.ts';
import { untilNoConflict } from '../conflict.ts';
import type { Environment } from '../environment.ts';
import { finishDocketWhenDone, receiveItem } from '../finish-docket.ts';
import { gatherLine } from '../gather-line.ts';
import { loadCampaign, loadDefinition, loadItem } from '../load.ts';
import { update } from '../ports/review-store.ts';
import { remember } from '../remember-act.ts';
import type { ActOutcome, ReviewActions } from '../review-actions.ts';
import { peopleNamed } from '../tell-person.ts';
import type { Approval } from './approve.ts';

/**
 * Makes the use case of claiming: noted on the item, and a second person asked. The same act again asks whoever was not
 * asked yet.
 */
export function claimIdentity(environment: Environment): ReviewActions['claim'] {
  return (claim) =>
    untilNoConflict(async () => {
      const { store, clock } = environment;
      const earlier = await store.get('handled', { messageId: claim.actId });
      const item = await loadItem(store, claim.item);
      if (earlier) {
        if (item.claim?.personId === claim.who.personId) await askConfirmer(environment, item);
        return { text: earlier.outcome, item };
      }
      const person = await mayClaim(environment, item, claim.who.personId);
      const at = clock.now();
      const text = `You claimed ${item.name}. It is yours to review once a second person confirms.`;
      const claimed = update('item', item, { claim: { personId: person.personId, at } });
      await store.commit([claimed, remember(claim.actId, at, text, claim.who.personId)]);
      await askConfirmer(environment, claimed.record);
      return { text, item: claimed.record };
    });
}

async function mayClaim({ store, people }: Environment, item: ReviewItem, personId: string): Promise<Person> {
  const directory = await people.directory();
  const person = directory.person(personId);
  if (!person?.active || !person.fullMember)
    throw new RefusedError({
      code: 'NOT_ELIGIBLE',
      message: 'Only active full members can claim an identity.',
    });
  await checkClaimable(store, item);
  if (item.state !== 'open')
    throw new RefusedError({ code: 'CONFLICT', message: `${item.name} is not open any more.` });
  if (item.claim && item.claim.personId !== personId) {
    const by = directory.person(item.claim.personId)?.name ?? item.claim.personId;
    throw new RefusedError({
      code: 'CONFLICT',
      message: `${by} claimed ${item.name} already; that waits for a second person.`,
    });
  }
  return person;
}

/** Unowned, in a campaign where answers count. */
async function checkClaimable(store: Environment['store'], item: ReviewItem): Promise<Campaign> {
  const campaign = await loadCampaign(store, item.campaignId);
  if (!TAKES_ANSWERS.includes(campaign.state))
    throw new RefusedError({
      code: 'ALREADY_CLOSED',
      message: `"${campaign.title}" is ${campaign.state}; answers no longer count there.`,
    });
  if (item.routedBy !== 'fallback')
    throw new RefusedError({ code: 'CONFLICT', message: `${item.name} has an owner already.` });
  return campaign;
}

/** Who may confirm a claim, in the order they are asked: fallback reviewers, managers, security. */
function confirmersOf(directory: Directory, { reviewers }: Definition): readonly Person[] {
  const named = [...peopleNamed(directory, reviewers.fallback), ...peopleNamed(directory, reviewers.manager)];
  const security = directory.everyone().filter(({ roles }) => roles.includes('security'));
  return [...new Set([...named, ...security])].filter(({ active, fullMember }) => active && fullMember);
}

/** Who proposed the claimer, if anybody did: they have said their word. */
function proposerOf({ claim, proposal }: ReviewItem): string | undefined {
  return proposal?.personId === claim?.personId ? proposal?.by : undefined;
}

/** Has the first of those who may confirm who can be reached asked, the claimer and who proposed them left out. */
async function askConfirmer(environment: Environment, item: ReviewItem): Promise<void> {
  const { store, blobs, people } = environment;
  const directory = await people.directory();
  const campaign = await loadCampaign(store, item.campaignId);
  const definition = await loadDefinition(blobs, campaign.definitionDigest);
  const claimer = item.claim?.personId ?? '';
  const tooClose = [claimer, proposerOf(item)];
  const askable = confirmersOf(directory, definition).filter(({ personId }) => !tooClose.includes(personId));
  const of = `${item.campaignId}/${item.identityKey}/claim-${claimer}`;
  await gatherLine(environment, 'asks', { what: 'second-approval', of }, askable);
}

/** Confirms or refuses a claim; confirmed, ownership is attested before anything is decided. */
export async function approveClaim(environment: Environment, approval: Approval): Promise<ActOutcome> {
  const { store, attestor, clock, people } = environment;
  const { item, agree } = approval;
  const { campaign, claimer } = await mayConfirm(environment, approval);
  const at = clock.now();
  if (!agree) {
    const text = `Not confirmed: ${item.name} stays unowned.`;
    const refused = update('item', item, { claim: undefined, proposal: undefined });
    await store.commit([refused, remember(approval.actId, at, text, approval.who.personId)]);
    return { text };
  }
  const actor = attestor.person(approval.who, 'second person confirming a claim');
  const signed = await attestOwner(attestor, { campaign, item, to: claimer, how: 'claim', actor }, at);
  const docket = await store.get('docket', { campaignId: item.campaignId, reviewerId: claimer });
  const name = (await people.directory()).person(claimer)?.name ?? claimer;
  const text = `Confirmed: ${item.name} belongs to ${name}.`;
  await store.commit([
    update('item', item, {
      state: transition(ITEM_LIFECYCLE, 'review item', item.state, 'pass-on'),
      reviewerId: claimer,
      reviewerSince: at,
      routedBy: 'claim',
      hops: item.reviewerId === claimer ? item.hops : [...item.hops, item.reviewerId],
      claim: undefined,
      proposal: undefined,
      answers: item.answers + 1,
    }),
    receiveItem(docket, item.campaignId, claimer, at, at),
    remember(approval.actId, at, text, approval.who.personId),
    ...signed.writes,
  ]);
  await finishDocketWhenDone(environment, item.campaignId, item.reviewerId);
  return { text };
}

/** Whether the claim still waits and this person may say something to it. @throws RefusedError when not */
async function mayConfirm(environment: Environment, { item, person }: Approval) {
  const refuse = (code: RefusalCode, message: string) => new RefusedError({ code, message });
  if (!item.claim) throw refuse('CONFLICT', 'Nobody claims this identity (any more).');
  if (item.claim.personId === person.personId)
    throw refuse('SECOND_PERSON', 'You claimed it yourself; somebody else has to confirm.');
  if (proposerOf(item) === person.personId)
    throw refuse('SECOND_PERSON', 'You proposed the owner; somebody else has to confirm.');
  const campaign = await checkClaimable(environment.store, item);
  const definition = await loadDefinition(environment.blobs, campaign.definitionDigest);
  const confirmers = confirmersOf(await environment.people.directory(), definition);
  if (!confirmers.some(({ personId }) => personId === person.personId))
    throw refuse(
      'NOT_ELIGIBLE',
      'Only fallback reviewers and managers of this campaign, and security, can confirm whose it is.',
    );
  return { campaign, claimer: item.claim.personId };
}
