// One non-human identity as a connector last saw it: the register's row.
import * as z from 'zod';
import { Instant } from '../time.ts';
import { Credential, LastUse } from './credential.ts';
import { Entitlements } from './entitlement.ts';
import { factOf } from './fact.ts';
import { IdentityId } from './identity-id.ts';

/** What kind of identity it is. `person` and `root-account` appear so that the population is complete. */
export const IdentityKind = z.enum([
  'service-account',
  'api-key',
  'access-token',
  'certificate',
  'workload-identity',
  'secret',
  'oauth-app',
  'ssh-key',
  'ai-agent',
  'root-account',
  'person',
]);
export type IdentityKind = z.infer<typeof IdentityKind>;

/** A claim that somebody answers for an identity, as found by a connector or a file; resolved later. */
export const OwnerHint = z.strictObject({
  role: z.enum(['business', 'technical', 'accountable', 'backup', 'team', 'creator']),
  /** An e-mail address, a team name or a provider's user name, exactly as found. */
  value: z.string().min(1).max(512),
  source: z.enum(['declared-file', 'codeowners', 'catalog', 'tag', 'creator', 'claim', 'principal']),
  /** Where exactly: tag key, file and line, event id. */
  detail: z.string(),
});
export type OwnerHint = z.infer<typeof OwnerHint>;

/** Special kinds of process.md §7 and product.md §0. */
export const SpecialTrait = z.enum([
  'shared',
  'ephemeral',
  'break-glass',
  'vendor-managed',
  'legacy',
  'service-linked',
  'sso-reserved',
  'own-infrastructure',
]);
export type SpecialTrait = z.infer<typeof SpecialTrait>;

/** Why a thing that was seen is not reviewed as an NHI. */
export const Exclusion = z.strictObject({
  code: z.enum([
    'person',
    'service-linked-role',
    'sso-reserved-role',
    'root-without-key',
    'out-of-scope',
    'not-due',
    'ephemeral-instance',
  ]),
  reason: z.string(),
});
export type Exclusion = z.infer<typeof Exclusion>;

/** How it would be removed: the documented removal path. */
export const RemovalPath = z.strictObject({
  how: z.enum(['disable', 'manual', 'none']),
  /** One sentence for the reviewer. */
  description: z.string(),
  reversible: z.boolean(),
});
export type RemovalPath = z.infer<typeof RemovalPath>;

/** The register's row of one identity. */
export const Identity = z.strictObject({
  schemaVersion: z.literal(1),
  identityId: IdentityId,
  connector: z.string(),
  scope: z.string(),
  kind: IdentityKind,
  nativeId: z.string(),
  /** What people call it. Attacker-controlled: escape wherever shown. */
  name: z.string().max(1024),
  environment: factOf(z.string()),
  purpose: factOf(z.string()),
  /** Workload, repository, pipeline or resource it is bound to. */
  boundTo: factOf(z.string()),
  /** Who uses it. */
  consumers: factOf(z.array(z.string())),
  /** Code that owns it (file in a repository). */
  ownedByCode: factOf(z.string()),
  /** Approval or ticket that created it. */
  approval: factOf(z.string()),
  createdAt: factOf(Instant),
  createdBy: factOf(z.string()),
  lastUse: LastUse,
  credentials: z.array(Credential),
  entitlements: Entitlements,
  tags: z.record(z.string(), z.string()),
  ownerHints: z.array(OwnerHint),
  traits: z.array(SpecialTrait),
  /** Reviewed but never switched off automatically, with the reason. */
  protection: z.strictObject({ protected: z.boolean(), reason: z.string() }),
  /** The connector's own verdict that this is no NHI to review. */
  exclusion: Exclusion.optional(),
  removalPath: RemovalPath,
  /** When the source was read. */
  observedAt: Instant,
});
export type Identity = z.infer<typeof Identity>;
