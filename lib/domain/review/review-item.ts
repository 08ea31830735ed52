// One identity, one question, one current reviewer, in one campaign.
import * as z from 'zod';
import { CampaignId } from '../campaign/campaign.ts';
import { IdentityKind } from '../identity/identity.ts';
import { IdentityId, IdentityKey } from '../identity/identity-id.ts';
import { RiskTier } from '../identity/risk-tier.ts';
import type { TransitionTable } from '../lifecycle.ts';
import { ImpactRef } from '../removal/removal.ts';
import { Instant } from '../time.ts';
import { DecisionRecord } from './decision.ts';

/** States of an item. `lapsed`: nobody answered. `removing`: a removal is executing or done; answers no longer count. */
export const ItemState = z.enum(['open', 'answered', 'lapsed', 'removing']);
export type ItemState = z.infer<typeof ItemState>;

/** What can happen to an item. */
export type ItemEvent = 'answer' | 'pass-on' | 'lapse' | 'start-removal' | 'reopen';

/** The whole life of an item. When its campaign ends it stays as it is: the campaign says that no answer counts any more. */
export const ITEM_LIFECYCLE: TransitionTable<ItemState, ItemEvent> = {
  open: { answer: 'answered', 'pass-on': 'open', lapse: 'lapsed' },
  answered: { answer: 'answered', 'start-removal': 'removing', reopen: 'open' },
  lapsed: { answer: 'answered', 'start-removal': 'removing', reopen: 'open' },
  removing: { reopen: 'open' },
};

/** A review item. Kept under 1 KB so that one write costs one unit; what the reviewer reads is the snapshot. */
export const ReviewItem = z.strictObject({
  schemaVersion: z.literal(1),
  version: z.int().positive(),
  campaignId: CampaignId,
  identityKey: IdentityKey,
  identityId: IdentityId,
  connector: z.string(),
  kind: IdentityKind,
  name: z.string(),
  state: ItemState,
  tier: RiskTier,
  /** Frozen at opening; orders the docket, worst first. */
  risk: z.int().min(0).max(100),
  reviewerId: z.string(),
  /** When the present reviewer got it. */
  reviewerSince: Instant,
  /** How the reviewer was found: `declared-file`, `tag`, …, `fallback`, `claim`, `reassigned`. */
  routedBy: z.string(),
  /** Reviewers before the present one, oldest first. */
  hops: z.array(z.string()).default([]),
  snapshot: z.string(),
  snapshotAt: Instant,
  /** Nothing changed since the last attestation; may be kept in bulk in low tiers. */
  unchanged: z.boolean(),
  /** Items alike (same repository, policy, trust, environment) share a group. */
  group: z.string(),
  recommendation: z.enum(['keep', 'switch-off', 'look']),
  /** What its log says switching it off would have refused; absent: not played, or no log. */
  impact: ImpactRef.optional(),
  decision: DecisionRecord.optional(),
  /** Own due time after an undo or reopening; otherwise the campaign's. */
  dueAt: Instant.optional(),
  removalIds: z.array(z.string()).default([]),
  /** Attestation id of the no-response statement, once recorded. */
  noResponseId: z.string().optional(),
  /** Somebody says that it is theirs; counts once a second person confirms. */
  claim: z.strictObject({ personId: z.string(), at: Instant }).optional(),
  /** Unowned, and the fallback thinks that it is this person's; means nothing before they claim it themselves. */
  proposal: z
    .strictObject({ personId: z.string(), by: z.string(), at: Instant, reason: z.string().max(2000) })
    .optional(),
  /** Drawn at random for a second look at the keep it names. */
  sample: z
    .strictObject({
      sampleId: z.string(),
      decision: z.string(),
      askedAt: Instant,
      answeredAt: Instant.optional(),
      agrees: z.boolean().optional(),
    })
    .optional(),
  /** Times it was reopened; part of attestation ordinals. */
  round: z.int().nonnegative().default(0),
  /** Decisions taken so far; part of attestation ordinals. */
  answers: z.int().nonnegative().default(0),
});
export type ReviewItem = z.infer<typeof ReviewItem>;
