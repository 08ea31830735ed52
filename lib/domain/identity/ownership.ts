// Who answers for an identity, found along a chain of claims, each with its source.
import * as z from 'zod';

/** One claim of the chain and what came of it. Names are as found in the source, not resolved people. */
export const OwnerClaim = z.strictObject({
  role: z.enum(['business', 'technical', 'accountable', 'backup', 'team', 'creator', 'manager', 'fallback']),
  value: z.string(),
  source: z.string(),
  detail: z.string(),
  outcome: z.enum(['reviewer', 'eligible', 'unknown-person', 'left', 'not-needed', 'ineligible']),
});
export type OwnerClaim = z.infer<typeof OwnerClaim>;
