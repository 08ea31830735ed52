// The second person's word, on whatever waits for one.

import { CampaignId } from '../../domain/campaign/campaign.ts';
import { RefusedError } from '../../domain/errors.ts';
import { IdentityKey } from '../../domain/identity/identity-id.ts';
import type { Authenticated } from '../../domain/review/decision.ts';
import type { Person } from '../../domain/review/person.ts';
import type { ReviewItem } from '../../domain/review/review-item.ts';
import { untilNoConflict } from '../conflict.ts';
import { loadItem } from '../load.ts';
import type { RemovalDeps } from '../removal/workbench.ts';
import type { ActOutcome, ReviewActions } from '../review-actions.ts';
import { requireStrongProof } from '../strong-proof.ts';
import { approveClaim } from './approve-claim.ts';
import { approveDecision } from './approve-decision.ts';
import { approveException } from './approve-exception.ts';
import { approveRemoval } from './approve-removal.ts';
import { approveSample } from './approve-sample.ts';

/** One act of approval, with who does it. */
export interface Approval {
  readonly id: string;
  readonly agree: boolean;
  readonly reason: string;
  readonly who: Authenticated;
  readonly actId: string;
  readonly person: Person;
  readonly item: ReviewItem;
}

/** Makes the use case. The same act twice counts once. */
export function approve(deps: RemovalDeps): ReviewActions['approve'] {
  const { environment } = deps;
  return (input) =>
    untilNoConflict(async (): Promise<ActOutcome> => {
      const earlier = await environment.store.get('handled', { messageId: input.actId });
      if (earlier) return { text: earlier.outcome };
      const person = (await environment.people.directory()).person(input.who.personId);
      if (!person?.active || !person.fullMember) {
        throw new RefusedError({ code: 'NOT_ELIGIBLE', message: 'Only active full members can approve.' });
      }
      const item = await loadItem(environment.store, {
        campaignId: CampaignId.parse(input.campaignId),
        identityKey: IdentityKey.parse(input.identityKey),
      });
      const approval: Approval = { ...input, person, item };
      requireStrongProof(item.tier, input.who.method);
      switch (input.kind) {
        case 'second-decision':
          return approveDecision(environment, approval);
        case 'exception':
          return approveException(environment, approval);
        case 'removal-hold':
        case 'manual-task':
          return approveRemoval(deps, approval, input.kind);
        case 'claim':
          return approveClaim(environment, approval);
        case 'sample':
          return approveSample(environment, approval);
        default:
          return input.kind satisfies never;
      }
    });
}
