// The statement of a delegation, one for each review it holds in.
import type { Actor } from '../domain/attestation/actor.ts';
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Delegation } from '../domain/review/delegation.ts';
import type { Instant } from '../domain/time.ts';
import type { SignedFact } from './attest.ts';
import { openItemsOf } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { fileBytes } from './plain-json.ts';

/** What is stated. */
interface StatedDelegation extends Delegation {
  readonly delegationId: string;
  /** People the right has gone through. */
  readonly hops: number;
  readonly actor: Actor;
}

/** Signs it over the snapshots that are open in the docket; `ordinal` 0 when it is given, 1 when it is taken back. */
export async function attestDelegation(
  environment: Environment,
  campaign: Campaign,
  { delegationId, from, to, until, hops, actor }: StatedDelegation,
  at: Instant,
  ordinal: number,
): Promise<SignedFact> {
  const { attestor, blobs } = environment;
  const items = await openItemsOf(environment, campaign, from);
  const list = await blobs.put(fileBytes(items.map(({ snapshot }) => snapshot).toSorted()));
  return attestor.attest(
    {
      name: 'delegation',
      subject: { name: `delegation/${delegationId}`, sha256: list },
      step: `${delegationId}/${campaign.campaignId}`,
      ordinal,
      predicate: {
        build: attestor.build,
        actor,
        at,
        campaignId: campaign.campaignId,
        definitionDigest: campaign.definitionDigest,
        from: attestor.pseudonym(from),
        to: attestor.pseudonym(to),
        until,
        hops,
      },
    },
    at,
  );
}
