// What an identity may do, in a summary a reviewer can read.
import * as z from 'zod';

/** Strongest level of access seen. `unknown` when policy documents could not all be read. */
export const PrivilegeLevel = z.enum(['admin', 'write', 'read', 'none', 'unknown']);
export type PrivilegeLevel = z.infer<typeof PrivilegeLevel>;

/** Who may assume or use the identity from outside (trust), one resolved principal each. */
export const TrustedPrincipal = z.strictObject({
  /** For example `Service:ec2.amazonaws.com`, `AWS:123456789012`, `Federated:token.actions.githubusercontent.com`. */
  principal: z.string(),
  /** Outside the identity's own account or organisation. */
  external: z.boolean(),
  /** A wildcard principal or an open OIDC subject pattern. */
  wildcard: z.boolean(),
  /** Conditions that narrow it, in short. */
  conditions: z.array(z.string()),
});
export type TrustedPrincipal = z.infer<typeof TrustedPrincipal>;

/** Entitlement summary with an `admin` verdict and the reason for it. */
export const Entitlements = z.strictObject({
  level: PrivilegeLevel,
  /** Whether the identity can make itself administrator of its scope, directly or by escalation. */
  admin: z.enum(['yes', 'no', 'unknown']),
  /** The statement or gap that led to the verdict. */
  adminReason: z.string(),
  /** Services it may touch, sorted (`s3`, `ec2`, …); `*` for all. */
  services: z.array(z.string()),
  /** Policies that grant it, with how each is attached. */
  policies: z.array(
    z.strictObject({
      name: z.string(),
      via: z.enum(['inline', 'managed', 'group', 'role', 'grant', 'boundary']),
    }),
  ),
  trust: z.array(TrustedPrincipal),
});
export type Entitlements = z.infer<typeof Entitlements>;

/** Entitlements about which nothing could be learned, and why. */
export function unknownEntitlements(reason: string): Entitlements {
  return { level: 'unknown', admin: 'unknown', adminReason: reason, services: [], policies: [], trust: [] };
}
