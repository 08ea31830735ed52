// A second person looked again at a keep that was drawn at random: rightly kept, or to be asked again.
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

/**
 * Records the second look, attested. Neither answer changes what the first person said: a no asks the question again.
 * @throws RefusedError when nothing is waiting any more, or the person may not give it
 */
export async function approveSample(environment: Environment, approval: Approval): Promise<ActOutcome> {
  const { store, blobs, people, attestor, clock } = environment;
  const { item, person, agree, reason } = approval;
  const { sample, decision } = item;
  const isWaiting =
    sample?.sampleId === approval.id &&
    sample.answeredAt === undefined &&
    decision?.attestationId === sample.decision;
  if (!isWaiting || !decision) {
    throw new RefusedError({ code: 'CONFLICT', message: 'No second look at it is wanted (any more).' });
  }
  const campaign = await loadCampaign(store, item.campaignId);
  if (!TAKES_ANSWERS.includes(campaign.state)) {
    throw new RefusedError({
      code: 'ALREADY_CLOSED',
      message: `"${campaign.title}" is ${campaign.state}; answers no longer count there.`,
    });
  }
  const at = clock.now();
  const verdict = checkSecondApprover({
    item,
    snapshot: await loadSnapshot(blobs, item.snapshot),
    firstPersonId: decision.by,
    who: person,
    authenticated: approval.who,
    definition: await loadDefinition(blobs, campaign.definitionDigest),
    directory: await people.directory(),
    now: at,
  });
  if (!verdict.eligible) throw new RefusedError({ code: verdict.code, message: verdict.message });
  const signed = await attestor.attest(
    {
      name: 'sample-answered',
      subject: { name: item.identityId, sha256: item.snapshot },
      step: `${campaign.campaignId}/${sample.sampleId}`,
      ordinal: 0,
      predicate: {
        build: attestor.build,
        actor: attestor.person(approval.who, verdict.why),
        at,
        campaignId: campaign.campaignId,
        definitionDigest: campaign.definitionDigest,
        identityId: item.identityId,
        decision: sample.decision,
        agrees: agree,
        reason,
      },
    },
    at,
  );
  const answered = { ...item, sample: { ...sample, answeredAt: at, agrees: agree } };
  const text = agree
    ? `Thank you: ${item.name} was rightly kept.`
    : `Thank you: ${item.name} is open again, and its reviewer is asked once more.`;
  const writes: Write[] = agree
    ? [update('item', item, { sample: answered.sample })]
    : [...(await reopenItem(environment, { item, campaign }, at))].map((write) =>
        write.kind === 'item' && write.record?.identityKey === item.identityKey
          ? { ...write, record: { ...write.record, sample: answered.sample } }
          : write,
      );
  await store.commit([remember(approval.actId, at, text, person.personId), ...signed.writes, ...writes]);
  return { text };
}
