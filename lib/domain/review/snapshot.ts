// The evidence as the reviewer sees it; its exact bytes are the subject of the decision's attestation.
import * as z from 'zod';
import { CampaignId } from '../campaign/campaign.ts';
import { Identity } from '../identity/identity.ts';
import { OwnerClaim } from '../identity/ownership.ts';
import { Risk } from '../identity/risk-tier.ts';
import { Standing } from '../identity/standing.ts';
import { Instant } from '../time.ts';

/** What Countersign recommends, always with reasons, never pre-selected. */
export const Recommendation = z.strictObject({
  advice: z.enum(['keep', 'switch-off', 'look']),
  reasons: z.array(z.string()),
});
export type Recommendation = z.infer<typeof Recommendation>;

/** The snapshot file: one JSON object, stored by the SHA-256 of its bytes. */
export const Snapshot = z.strictObject({
  schemaVersion: z.literal(1),
  campaignId: CampaignId,
  definitionDigest: z.string(),
  /** Digest of the inventory it was taken from. */
  inventory: z.string(),
  takenAt: Instant,
  /** The question in full (process.md §2). */
  question: z.string(),
  identity: Identity,
  risk: Risk,
  standing: Standing,
  /** Reviewer chain: each claim, and whether it could be used. */
  owners: z.array(OwnerClaim),
  reviewer: z.strictObject({ pseudonym: z.string(), routedBy: z.string() }),
  recommendation: Recommendation,
  /** What changed since the last attestation, in sentences; empty with `comparedWith` absent = first review. */
  changes: z.array(z.string()),
  comparedWith: z.string().optional(),
  breaksIfRemoved: z.string(),
});
export type Snapshot = z.infer<typeof Snapshot>;
