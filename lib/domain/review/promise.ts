// A decision to change something later (reduce, rotate, retire), checked by re-collection.
import * as z from 'zod';
import { CampaignId } from '../campaign/campaign.ts';
import { IdentityId, IdentityKey } from '../identity/identity-id.ts';
import { Instant } from '../time.ts';

/** A promise and what became of it. */
export const PromiseToChange = z.strictObject({
  schemaVersion: z.literal(1),
  version: z.int().positive(),
  promiseId: z.string(),
  campaignId: CampaignId,
  identityKey: IdentityKey,
  identityId: IdentityId,
  verdict: z.enum(['reduce', 'rotate', 'retire']),
  byPersonId: z.string(),
  madeAt: Instant,
  dueAt: Instant,
  /** What must be true on re-collection, in a sentence. */
  expectation: z.string(),
  credentialIds: z.array(z.string()).optional(),
  snapshot: z.string(),
  decisionAttestationId: z.string(),
  state: z.enum(['pending', 'kept', 'missed', 'withdrawn']),
  settledAt: Instant.optional(),
  finding: z.string().optional(),
  nextDueAt: Instant.optional(),
});
export type PromiseToChange = z.infer<typeof PromiseToChange>;
