// What people who look after reviews do to whole campaigns, as edges see it.
import type { Authenticated } from '../domain/review/decision.ts';
import type { ActOutcome } from './review-actions.ts';

/** Who acts, and the deterministic id of the act: the same act twice counts once. */
interface Acting {
  readonly who: Authenticated;
  readonly actId: string;
}

/** Acts on campaigns. All throw RefusedError with a sentence the person can be shown. */
export interface CampaignActs {
  /** Starts to open a campaign of a definition in force, or goes on with today's. */
  launch(input: Acting & { readonly definitionId: string }): Promise<ActOutcome>;
  /** Holds a campaign, or lets it go on. */
  steer(
    input: Acting & {
      readonly campaignId: string;
      readonly act: 'hold' | 'resume';
      readonly reason: string;
    },
  ): Promise<ActOutcome>;
}
