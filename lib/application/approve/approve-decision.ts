// The second approver agrees with a decision, or not: then the question is open again.
import { TAKES_ANSWERS } from '../../domain/campaign/campaign.ts';
import { RefusedError } from '../../domain/errors.ts';
import { checkSecondApprover } from '../../domain/review/eligibility.ts';
import type { Environment } from '../environment.ts';
import { loadCampaign, loadDefinition, loadSnapshot } from '../load.ts';
import { update, type Write } from '../ports/review-store.ts';
import { remember } from '../remember-act.ts';
import { reopenItem } from '../removal/reopen-item.ts';
import type { ActOutcome } from '../review-actions.ts';
import type { Approval } from './approve.ts';

/** Records the second approver's word, attested on the same snapshot. */
export async function approveDecision(environment: Environment, approval: Approval): Promise<ActOutcome> {
  const { store, blobs, people, attestor, clock } = environment;
  const { item, person, agree } = approval;
  const first = item.decision;
  if (!first?.awaitingSecond || first.attestationId !== approval.id) {
    throw new RefusedError({
      code: 'CONFLICT',
      message: 'This decision does not wait for a second approver (any more).',
    });
  }
  const campaign = await loadCampaign(store, item.campaignId);
  if (!TAKES_ANSWERS.includes(campaign.state)) {
    throw new RefusedError({
      code: 'ALREADY_CLOSED',
      message: `"${campaign.title}" is ${campaign.state}; answers no longer count there.`,
    });
  }
  const definition = await loadDefinition(blobs, campaign.definitionDigest);
  const directory = await people.directory();
  const verdict = checkSecondApprover({
    item,
    snapshot: await loadSnapshot(blobs, item.snapshot),
    firstPersonId: first.by,
    who: person,
    authenticated: approval.who,
    definition,
    directory,
    now: clock.now(),
  });
  if (!verdict.eligible) throw new RefusedError({ code: verdict.code, message: verdict.message });
  const at = clock.now();
  const signed = await attestor.attest(
    {
      name: 'decision',
      subject: { name: item.identityId, sha256: item.snapshot },
      step: `second/${campaign.campaignId}/${agree ? 'agreed' : 'disagreed'}`,
      ordinal: item.answers,
      predicate: {
        build: attestor.build,
        actor: attestor.person(approval.who, verdict.why),
        at,
        campaignId: campaign.campaignId,
        definitionDigest: campaign.definitionDigest,
        identityId: item.identityId,
        verdict: agree ? first.verdict : 'not-mine',
        reason: approval.reason,
        recommendation: item.recommendation,
        tier: item.tier,
        ...(agree && first.validUntil !== undefined ? { validUntil: first.validUntil } : {}),
        awaitingSecond: false,
        ...(agree ? { confirms: first.attestationId } : { supersedes: first.attestationId }),
      },
    },
    at,
  );
  const text = agree ? `Agreed: ${item.name} (${first.verdict}).` : `Not agreed: ${item.name} is open again.`;
  const writes: Write[] = [remember(approval.actId, at, text, approval.who.personId), ...signed.writes];
  if (agree) {
    writes.push(update('item', item, { decision: { ...first, awaitingSecond: false } }));
  } else {
    writes.push(...(await reopenItem(environment, { item, campaign }, at)));
  }
  await store.commit(writes);
  return { text };
}
