// A decision as it is kept on its item, and as it is signed.
import type { DecisionRecord } from '../domain/review/decision.ts';
import type { NormalisedDecision } from '../domain/review/validate-decision.ts';
import { type Instant, millisOf } from '../domain/time.ts';
import type { DecisionContext } from './decision-context.ts';
import type { Environment } from './environment.ts';
import type { DecideInput } from './review-actions.ts';

/** A decision among many decided with one act. */
export interface BulkMark {
  readonly group: string;
  readonly size: number;
}

/** What the item keeps of a decision. */
export function decisionRecordOf(
  input: DecideInput,
  decision: NormalisedDecision,
  attestationId: string,
  at: Instant,
  more: { readonly awaitingSecond: boolean; readonly bulk: BulkMark | undefined },
): DecisionRecord {
  const { awaitingSecond, bulk } = more;
  const { shownAt } = input;
  return {
    verdict: decision.verdict,
    by: input.who.personId,
    at,
    method: input.who.method,
    reason: decision.reason,
    attestationId,
    ...(decision.validUntil === undefined ? {} : { validUntil: decision.validUntil }),
    ...(awaitingSecond ? { awaitingSecond } : {}),
    ...(decision.credentialIds === undefined ? {} : { credentialIds: [...decision.credentialIds] }),
    ...(bulk === undefined ? {} : { bulk: bulk.size }),
    ...(shownAt === undefined || shownAt > at ? {} : { seconds: secondsBetween(shownAt, at) }),
  };
}

function secondsBetween(from: Instant, to: Instant): number {
  return Math.floor((millisOf(to) - millisOf(from)) / 1000);
}

/** Signs a decision. */
export async function attestDecision(
  environment: Environment,
  context: DecisionContext,
  input: Pick<DecideInput, 'who'>,
  decision: NormalisedDecision,
  details: {
    why: string;
    awaitingSecond: boolean;
    bulk?: BulkMark | undefined;
    confirms?: string;
    step?: string;
  },
) {
  const { campaign, item, at } = context;
  const { attestor } = environment;
  return attestor.attest(
    {
      name: 'decision',
      subject: { name: item.identityId, sha256: item.snapshot },
      step: details.step ?? `decision/${campaign.campaignId}`,
      ordinal: item.answers,
      predicate: {
        build: attestor.build,
        actor: attestor.person(input.who, details.why),
        at,
        campaignId: campaign.campaignId,
        definitionDigest: campaign.definitionDigest,
        identityId: item.identityId,
        verdict: decision.verdict,
        reason: decision.reason,
        recommendation: item.recommendation,
        tier: item.tier,
        ...(decision.credentialIds === undefined ? {} : { credentialIds: [...decision.credentialIds] }),
        ...(decision.validUntil === undefined ? {} : { validUntil: decision.validUntil }),
        ...(decision.promise === undefined ? {} : { promise: decision.promise }),
        ...(decision.exception === undefined ? {} : { exception: decision.exception }),
        ...(decision.purpose === undefined ? {} : { purpose: decision.purpose }),
        ...(details.bulk === undefined ? {} : { bulk: details.bulk }),
        awaitingSecond: details.awaitingSecond,
        ...(details.confirms === undefined ? {} : { confirms: details.confirms }),
        ...(item.decision === undefined || details.confirms !== undefined
          ? {}
          : { supersedes: item.decision.attestationId }),
      },
    },
    at,
  );
}
