// The manifest of every identity considered, in or out, and why. Its digest is attested so scope cannot shrink later.
import * as z from 'zod';
import { IdentityKind } from '../identity/identity.ts';
import { IdentityId, IdentityKey } from '../identity/identity-id.ts';
import { RiskTier } from '../identity/risk-tier.ts';

/** One line of the manifest (JSON Lines, in the order of the frozen inventory). */
export const PopulationEntry = z.discriminatedUnion('included', [
  z.strictObject({
    included: z.literal(true),
    identityId: IdentityId,
    identityKey: IdentityKey,
    connector: z.string(),
    kind: IdentityKind,
    name: z.string(),
    tier: RiskTier,
    risk: z.int(),
    reviewerId: z.string(),
    snapshot: z.string(),
    reason: z.string(),
  }),
  z.strictObject({
    included: z.literal(false),
    identityId: IdentityId,
    identityKey: IdentityKey,
    connector: z.string(),
    kind: IdentityKind,
    name: z.string(),
    code: z.string(),
    reason: z.string(),
  }),
]);
export type PopulationEntry = z.infer<typeof PopulationEntry>;
