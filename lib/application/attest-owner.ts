// The statement that an identity has another owner now, committed with the change itself.
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import type { Instant } from '../domain/time.ts';
import type { Attestor } from './attest.ts';

/** One change of owner. */
export interface OwnerChange {
  readonly campaign: Campaign;
  /** As it was before. */
  readonly item: ReviewItem;
  readonly to: string;
  readonly how: 'claim' | 'left';
  readonly actor: Attestor['system'];
}

/** Signs a change of owner. */
export function attestOwner(
  attestor: Attestor,
  { campaign, item, to, how, actor }: OwnerChange,
  at: Instant,
) {
  return attestor.attest(
    {
      name: 'owner-changed',
      subject: { name: item.identityId, sha256: item.snapshot },
      step: `${how}/${campaign.campaignId}`,
      ordinal: item.answers,
      predicate: {
        build: attestor.build,
        actor,
        at,
        campaignId: campaign.campaignId,
        definitionDigest: campaign.definitionDigest,
        identityId: item.identityId,
        from: attestor.pseudonym(item.reviewerId),
        to: attestor.pseudonym(to),
        how,
      },
    },
    at,
  );
}
