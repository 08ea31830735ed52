// A time-bound acceptance of risk, with a compensating control and an approver who is not the requester.
import * as z from 'zod';
import { CampaignId } from '../campaign/campaign.ts';
import { IdentityId, IdentityKey } from '../identity/identity-id.ts';
import { Instant } from '../time.ts';

/** An exception from request to end. Ending without an answer leaves the identity unattested. */
export const RiskException = z.strictObject({
  schemaVersion: z.literal(1),
  version: z.int().positive(),
  exceptionId: z.string(),
  campaignId: CampaignId,
  identityKey: IdentityKey,
  identityId: IdentityId,
  state: z.enum(['requested', 'granted', 'refused', 'ended', 'superseded']),
  requestedBy: z.string(),
  requestedAt: Instant,
  approvedBy: z.string().optional(),
  approvedAt: Instant.optional(),
  until: Instant,
  reason: z.string(),
  compensatingControl: z.string(),
  renewals: z.int().nonnegative().default(0),
  snapshot: z.string(),
  decisionAttestationId: z.string(),
  remindedAt: Instant.optional(),
  endedAt: Instant.optional(),
  nextDueAt: Instant.optional(),
});
export type RiskException = z.infer<typeof RiskException>;
