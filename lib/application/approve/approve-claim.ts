// An unowned identity finds its owner: one person claims it, a second one confirms, and only then it is theirs.
import { RefusedError } from '../../domain/errors.ts';
import { transition } from '../../domain/lifecycle.ts';
import { ITEM_LIFECYCLE } from '../../domain/review/review-item.ts';
import { viewItem } from '../docket-view.ts';
import type { Environment } from '../environment.ts';
import { finishDocketWhenDone, receiveItem } from '../finish-docket.ts';
import { loadCampaign, loadDefinition, loadItem } from '../load.ts';
import { update } from '../ports/review-store.ts';
import { remember } from '../remember-act.ts';
import type { ActOutcome, ReviewActions } from '../review-actions.ts';
import { peopleNamed, type TellPerson } from '../tell-person.ts';
import type { Approval } from './approve.ts';

/** Makes the use case of claiming: noted on the item, and a second person asked. */
export function claimIdentity(environment: Environment, tell: TellPerson): ReviewActions['claim'] {
  return async ({ item: ref, who, actId }) => {
    const { store, blobs, people, clock } = environment;
    const earlier = await store.get('handled', { messageId: actId });
    if (earlier) return { text: earlier.outcome };
    const item = await loadItem(store, ref);
    const directory = await people.directory();
    const person = directory.person(who.personId);
    if (!person?.active || !person.fullMember)
      throw new RefusedError({
        code: 'NOT_ELIGIBLE',
        message: 'Only active full members can claim an identity.',
      });
    if (item.routedBy !== 'fallback')
      throw new RefusedError({ code: 'CONFLICT', message: `${item.name} has an owner already.` });
    if (item.state !== 'open')
      throw new RefusedError({ code: 'CONFLICT', message: `${item.name} is not open any more.` });
    const at = clock.now();
    const text = `You claimed ${item.name}. It is yours to review once a second person confirms.`;
    const claimed = update('item', item, { claim: { personId: person.personId, at } });
    await store.commit([claimed, remember(actId, at, text)]);
    const campaign = await loadCampaign(store, item.campaignId);
    const definition = await loadDefinition(blobs, campaign.definitionDigest);
    const confirmers = [
      ...peopleNamed(directory, definition.reviewers.fallback),
      ...peopleNamed(directory, definition.reviewers.manager),
    ];
    const [to] = confirmers.filter(({ personId }) => personId !== person.personId);
    if (to) {
      await tell({
        to,
        purpose: 'second-approval',
        occasion: `${item.campaignId}/${item.identityKey}/claim-${person.personId}`,
        shown: [item.snapshot],
        body: async () => ({
          purpose: 'second-approval',
          item: await viewItem(environment, claimed.record),
          askedBy: person.name,
          text: `${person.name} says that this identity is theirs. Is it?`,
        }),
      });
    }
    return { text, item: claimed.record };
  };
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
  const campaign = await loadCampaign(store, item.campaignId);
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
      hops: [...item.hops, item.reviewerId],
      claim: undefined,
      answers: item.answers + 1,
    }),
    receiveItem(docket, item.campaignId, claim.personId, at, at),
    remember(approval.actId, at, text),
    ...signed.writes,
  ]);
  await finishDocketWhenDone(environment, item.campaignId, item.reviewerId);
  return { text };
}
