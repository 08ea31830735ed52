// An unowned identity finds its owner: one person claims it, a second one confirms, and only then it is theirs.
import { type Campaign, TAKES_ANSWERS } from '../../domain/campaign/campaign.ts';
import { RefusedError } from '../../domain/errors.ts';
import { transition } from '../../domain/lifecycle.ts';
import type { Person } from '../../domain/review/person.ts';
import { ITEM_LIFECYCLE, type ReviewItem } from '../../domain/review/review-item.ts';
import { untilNoConflict } from '../conflict.ts';
import { viewItem } from '../docket-view.ts';
import type { Environment } from '../environment.ts';
import { finishDocketWhenDone, receiveItem } from '../finish-docket.ts';
import { loadCampaign, loadDefinition, loadItem } from '../load.ts';
import { update } from '../ports/review-store.ts';
import { remember } from '../remember-act.ts';
import type { ActOutcome, ReviewActions } from '../review-actions.ts';
import { peopleNamed, type TellPerson } from '../tell-person.ts';
import type { Approval } from './approve.ts';

/**
 * Makes the use case of claiming: noted on the item, and a second person asked. The same act again asks whoever was not
 * asked yet.
 */
export function claimIdentity(environment: Environment, tell: TellPerson): ReviewActions['claim'] {
  return (claim) =>
    untilNoConflict(async () => {
      const { store, clock } = environment;
      const earlier = await store.get('handled', { messageId: claim.actId });
      const item = await loadItem(store, claim.item);
      if (earlier) {
        if (item.claim?.personId === claim.who.personId) await askConfirmer(environment, tell, item);
        return { text: earlier.outcome, item };
      }
      const person = await mayClaim(environment, item, claim.who.personId);
      const at = clock.now();
      const text = `You claimed ${item.name}. It is yours to review once a second person confirms.`;
      const claimed = update('item', item, { claim: { personId: person.personId, at } });
      await store.commit([claimed, remember(claim.actId, at, text)]);
      await askConfirmer(environment, tell, claimed.record);
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

/** Asks the first who can be reached of the fallback reviewers and managers, the claimer left out. */
async function askConfirmer(environment: Environment, tell: TellPerson, item: ReviewItem): Promise<void> {
  const { store, blobs, people } = environment;
  const directory = await people.directory();
  const campaign = await loadCampaign(store, item.campaignId);
  const definition = await loadDefinition(blobs, campaign.definitionDigest);
  const claimer = item.claim?.personId ?? '';
  const name = directory.person(claimer)?.name ?? claimer;
  const confirmers = [
    ...peopleNamed(directory, definition.reviewers.fallback),
    ...peopleNamed(directory, definition.reviewers.manager),
  ];
  for (const to of confirmers.filter(({ personId }) => personId !== claimer)) {
    const isTold = await tell({
      to,
      purpose: 'second-approval',
      occasion: `${item.campaignId}/${item.identityKey}/claim-${claimer}`,
      shown: [item.snapshot],
      body: async () => ({
        purpose: 'second-approval',
        item: await viewItem(environment, item),
        askedBy: name,
        text: `${name} says that this identity is theirs. Is it?`,
      }),
    });
    if (isTold) return;
  }
}

/** Confirms or refuses a claim; confirmed, ownership is attested before anything is decided. */
export async function approveClaim(environment: Environment, approval: Approval): Promise<ActOutcome> {
  const { store, attestor, clock, people } = environment;
  const { item, person, agree } = approval;
  const claim = item.claim;
  if (!claim)
    throw new RefusedError({ code: 'CONFLICT', message: 'Nobody claims this identity (any more).' });
  if (claim.personId === person.personId) {
    throw new RefusedError({
      code: 'SECOND_PERSON',
      message: 'You claimed it yourself; somebody else has to confirm.',
    });
  }
  const campaign = await checkClaimable(store, item);
  const directory = await people.directory();
  const at = clock.now();
  if (!agree) {
    const text = `Not confirmed: ${item.name} stays unowned.`;
    await store.commit([update('item', item, { claim: undefined }), remember(approval.actId, at, text)]);
    return { text };
  }
  const signed = await attestor.attest(
    {
      name: 'owner-changed',
      subject: { name: item.identityId, sha256: item.snapshot },
      step: `claim/${campaign.campaignId}`,
      ordinal: item.answers,
      predicate: {
        build: attestor.build,
        actor: attestor.person(approval.who, 'second person confirming a claim'),
        at,
        campaignId: campaign.campaignId,
        definitionDigest: campaign.definitionDigest,
        identityId: item.identityId,
        from: attestor.pseudonym(item.reviewerId),
        to: attestor.pseudonym(claim.personId),
        how: 'claim',
      },
    },
    at,
  );
  const docket = await store.get('docket', { campaignId: item.campaignId, reviewerId: claim.personId });
  const text = `Confirmed: ${item.name} belongs to ${directory.person(claim.personId)?.name ?? claim.personId}.`;
  await store.commit([
    update('item', item, {
      state: transition(ITEM_LIFECYCLE, 'review item', item.state, 'pass-on'),
      reviewerId: claim.personId,
      reviewerSince: at,
      routedBy: 'claim',
      hops: item.reviewerId === claim.personId ? item.hops : [...item.hops, item.reviewerId],
      claim: undefined,
      proposal: undefined,
      answers: item.answers + 1,
    }),
    receiveItem(docket, item.campaignId, claim.personId, at, at),
    remember(approval.actId, at, text),
    ...signed.writes,
  ]);
  await finishDocketWhenDone(environment, item.campaignId, item.reviewerId);
  return { text };
}
