// What the IAM stand-in's account holds at the start: parsed from files or written as a plain object.
import * as z from 'zod';
import { InvalidInputError } from '../../domain/errors.ts';
import { parseInstant } from '../../domain/time.ts';

/** Any RFC 3339 time with an offset; kept as an Instant. */
const SeedInstant = z.string().transform((text, context) => {
  const at = parseInstant(text);
  if (at) return at;
  context.addIssue({ code: 'custom', message: `not a time with an offset: ${JSON.stringify(text)}` });
  return z.NEVER;
});

/** A policy document, as JSON text (kept byte for byte), URL-encoded text, or an object. */
const PolicyText = z.union([z.string(), z.record(z.string(), z.unknown())]).transform((document, context) => {
  const text = typeof document === 'string' ? decodePolicy(document) : JSON.stringify(document);
  if (text !== undefined) return text;
  context.addIssue({ code: 'custom', message: 'policy document is not a JSON object' });
  return z.NEVER;
});

/** The JSON text of a policy document that may be URL-encoded (RFC 3986); undefined when it is no JSON object. */
export function decodePolicy(document: string): string | undefined {
  for (const candidate of [document, percentDecoded(document)]) {
    if (candidate !== undefined && isJsonObject(candidate)) return candidate;
  }
  return undefined;
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const ProviderId = z.string().regex(/^[\w-]{1,128}$/);
const Name = z.string().min(1).max(128);
/** Kept as found: published and hand-edited files hold paths IAM would not accept. */
const Path = z.string().max(512).default('/');
/** `Expired` is a status IAM lists but nobody can set. */
export const CredentialState = z.enum(['Active', 'Inactive', 'Expired']);
export type CredentialState = z.infer<typeof CredentialState>;

/** A cell of the credential report: a time, or one of its three words. */
const ReportCell = z.union([z.enum(['N/A', 'no_information', 'not_supported']), SeedInstant]);

/** When a key was last used. `never` is the report's `N/A`; unknown is not never. */
const SeedLastUse = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('used'),
    at: SeedInstant,
    region: z.string().default('N/A'),
    service: z.string().default('N/A'),
  }),
  z.strictObject({ state: z.literal('never') }),
  z.strictObject({ state: z.literal('unknown') }),
]);

const Slot = z.union([z.literal(1), z.literal(2)]);

/** An access key. Without an id, one is derived from (ARN, slot). */
export const SeedAccessKey = z.strictObject({
  accessKeyId: z
    .string()
    .regex(/^AKIA[A-Z2-7]{16}$/)
    .optional(),
  slot: Slot.optional(),
  status: CredentialState.default('Active'),
  /** The report's `last_rotated`: created or last changed. Undefined where the report says active but gives no date. */
  createdAt: SeedInstant.optional(),
  lastUse: SeedLastUse.default({ state: 'unknown' }),
});

const SeedCertificate = z.strictObject({
  certificateId: ProviderId.optional(),
  slot: Slot.optional(),
  status: CredentialState.default('Active'),
  uploadedAt: SeedInstant.optional(),
  /** PEM text, where known. */
  body: z.string().default(''),
});

const SeedServiceCredential = z.strictObject({
  serviceSpecificCredentialId: ProviderId.optional(),
  serviceName: z.string().min(1),
  serviceUserName: z.string().optional(),
  status: CredentialState.default('Active'),
  createdAt: SeedInstant,
  expiresAt: SeedInstant.optional(),
});

const SeedSshKey = z.strictObject({
  sshPublicKeyId: ProviderId.optional(),
  status: CredentialState.default('Active'),
  uploadedAt: SeedInstant,
});

const Tags = z.record(z.string().max(128), z.string().max(256)).default({});
const InlinePolicies = z.record(Name, PolicyText).default({});
const AttachedPolicies = z
  .array(z.strictObject({ policyName: Name, policyArn: z.string().min(20) }))
  .default([]);

/** An IAM user with everything it authenticates with and everything it is allowed. */
export const SeedUser = z.strictObject({
  userName: Name,
  path: Path,
  userId: ProviderId.optional(),
  arn: z.string().optional(),
  createdAt: SeedInstant,
  console: z.enum(['yes', 'no', 'unknown']).default('no'),
  passwordLastUsed: ReportCell.default('N/A'),
  passwordLastChanged: ReportCell.default('N/A'),
  passwordNextRotation: ReportCell.default('N/A'),
  mfaActive: z.union([z.boolean(), z.literal('unknown')]).default(false),
  keys: z.array(SeedAccessKey).max(2).default([]),
  certificates: z.array(SeedCertificate).max(2).default([]),
  serviceCredentials: z.array(SeedServiceCredential).default([]),
  sshKeys: z.array(SeedSshKey).default([]),
  tags: Tags,
  groups: z.array(Name).default([]),
  inlinePolicies: InlinePolicies,
  attachedPolicies: AttachedPolicies,
  permissionsBoundaryArn: z.string().optional(),
  /** False when the credential report given has no row for this user. */
  inReport: z.boolean().default(true),
  /** False when the authorization details given do not list this user. */
  inDetails: z.boolean().default(true),
});
export type SeedUser = z.infer<typeof SeedUser>;
/** What one may write for a user; the rest is filled in. */
export type SeedUserInput = z.input<typeof SeedUser>;

const SeedRoot = z.strictObject({
  createdAt: SeedInstant,
  passwordLastUsed: ReportCell.default('no_information'),
  mfaActive: z.union([z.boolean(), z.literal('unknown')]).default(true),
  keys: z.array(SeedAccessKey).max(2).default([]),
  certificates: z.array(SeedCertificate).max(2).default([]),
});

const SeedGroup = z.strictObject({
  groupName: Name,
  path: Path,
  groupId: ProviderId.optional(),
  arn: z.string().optional(),
  createdAt: SeedInstant,
  inlinePolicies: InlinePolicies,
  attachedPolicies: AttachedPolicies,
});

const SeedInstanceProfile = z.strictObject({
  instanceProfileName: Name,
  instanceProfileId: ProviderId,
  arn: z.string(),
  path: Path,
  createdAt: SeedInstant,
});

/** An IAM role: who may assume it, what it may do, when it was last used. */
export const SeedRole = z.strictObject({
  roleName: Name,
  path: Path,
  roleId: ProviderId.optional(),
  arn: z.string().optional(),
  createdAt: SeedInstant,
  description: z.string().optional(),
  trust: PolicyText,
  maxSessionSeconds: z.int().min(3600).max(43_200).default(3600),
  inlinePolicies: InlinePolicies,
  attachedPolicies: AttachedPolicies,
  permissionsBoundaryArn: z.string().optional(),
  tags: Tags,
  instanceProfiles: z.array(SeedInstanceProfile).default([]),
  /** Absent: no use within IAM's tracking period. */
  lastUsed: z.strictObject({ at: SeedInstant, region: z.string().optional() }).optional(),
});
export type SeedRole = z.infer<typeof SeedRole>;
/** What one may write for a role; the rest is filled in. */
export type SeedRoleInput = z.input<typeof SeedRole>;

const SeedPolicy = z.strictObject({
  policyName: Name,
  arn: z.string(),
  policyId: ProviderId.optional(),
  path: Path,
  defaultVersionId: z.string().default('v1'),
  createdAt: SeedInstant,
  updatedAt: SeedInstant.optional(),
  attachmentCount: z.int().min(0).optional(),
  permissionsBoundaryUsageCount: z.int().min(0).default(0),
  isAttachable: z.boolean().default(true),
  versions: z
    .array(
      z.strictObject({
        versionId: z.string(),
        document: PolicyText,
        isDefault: z.boolean(),
        createdAt: SeedInstant,
      }),
    )
    .min(1),
});

/** One AWS account. `known` says which questions the stand-in can answer at all; the others get AccessDenied. */
export const AccountSeed = z.strictObject({
  accountId: z.string().regex(/^\d{12}$/),
  aliases: z.array(z.string()).default([]),
  known: z
    .strictObject({
      credentialReport: z.boolean().default(true),
      authorizationDetails: z.boolean().default(true),
      /** Service-specific credentials and SSH keys: in neither file. */
      otherCredentials: z.boolean().default(true),
    })
    .prefault({}),
  /** 23: with `additional_credentials_info`. */
  reportColumns: z.union([z.literal(22), z.literal(23)]).default(22),
  root: SeedRoot.optional(),
  users: z.array(SeedUser).default([]),
  groups: z.array(SeedGroup).default([]),
  roles: z.array(SeedRole).default([]),
  policies: z.array(SeedPolicy).default([]),
});
export type AccountSeed = z.infer<typeof AccountSeed>;
/** What one may write for an account; the rest is filled in. */
export type AccountSeedInput = z.input<typeof AccountSeed>;

/**
 * Checks an account written as a plain object and fills in what it leaves out.
 * @throws InvalidInputError MALFORMED_FILE naming `source` and the path of each fault.
 */
export function parseAccountSeed(input: AccountSeedInput, source = 'account seed'): AccountSeed {
  const parsed = AccountSeed.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `${source}: ${faults.join('; ')}`,
    cause: parsed.error,
  });
}
