// What AWS sends, as zod schemas: the credential report's row and the account's authorization details.
import * as z from 'zod';
import { type Instant, parseInstant } from '../../domain/time.ts';

/** Words a credential report uses instead of a value (IAM User Guide, "Understanding the report format"). */
const NO_VALUE: ReadonlySet<string> = new Set(['', 'N/A', 'no_information', 'not_supported']);

/** ARN of an IAM user or of the account's root. Printable ASCII only, as IAM's paths and names are. */
export const IAM_ARN = /^arn:[a-z-]+:iam::([a-z0-9]+):(root|user\/[!-~]{1,600})$/;

const Arn = z.string().regex(IAM_ARN, 'is no ARN of an IAM user or root');

const Flag = z.string().transform((text, context): boolean | undefined => {
  const word = text.toLowerCase();
  if (word === 'true') return true;
  if (word === 'false') return false;
  if (NO_VALUE.has(text)) return undefined;
  context.addIssue({ code: 'custom', message: 'is neither true nor false' });
  return z.NEVER;
});

const Cell = z.string().transform((text, context): Instant | undefined => {
  if (NO_VALUE.has(text)) return undefined;
  const at = parseInstant(text);
  if (at !== undefined) return at;
  context.addIssue({ code: 'custom', message: 'is no time and none of N/A, no_information, not_supported' });
  return z.NEVER;
});

const LastUsedCell = z.string().transform((text, context): Instant | 'never' | 'unknown' => {
  if (text === 'N/A') return 'never';
  if (NO_VALUE.has(text)) return 'unknown';
  const at = parseInstant(text);
  if (at !== undefined) return at;
  context.addIssue({ code: 'custom', message: 'is no time and none of N/A, no_information, not_supported' });
  return z.NEVER;
});

const word = z.string().transform((text) => (NO_VALUE.has(text) ? undefined : text));

/** Columns without which no identity can be told; a report that lacks one is refused. */
export const NEEDED_COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'access_key_1_active',
  'access_key_1_last_rotated',
  'access_key_1_last_used_date',
  'access_key_2_active',
  'access_key_2_last_rotated',
  'access_key_2_last_used_date',
] as const;

/** Columns used where they are there. */
export const OPTIONAL_COLUMNS = [
  'password_last_used',
  'access_key_1_last_used_region',
  'access_key_1_last_used_service',
  'access_key_2_last_used_region',
  'access_key_2_last_used_service',
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
  'additional_credentials_info',
] as const;

/** Columns known and not needed by anything here. */
export const UNUSED_COLUMNS = ['password_last_changed', 'password_next_rotation', 'mfa_active'] as const;

/** One row of the credential report, read. The hot path reads it by hand; a test holds both to the same results. */
export const CredentialReportRow = z.object({
  user: z.string().min(1).max(512),
  arn: Arn,
  user_creation_time: Cell,
  password_enabled: Flag,
  password_last_used: LastUsedCell.default('unknown'),
  access_key_1_active: Flag,
  access_key_1_last_rotated: Cell,
  access_key_1_last_used_date: LastUsedCell,
  access_key_1_last_used_region: word.optional(),
  access_key_1_last_used_service: word.optional(),
  access_key_2_active: Flag,
  access_key_2_last_rotated: Cell,
  access_key_2_last_used_date: LastUsedCell,
  access_key_2_last_used_region: word.optional(),
  access_key_2_last_used_service: word.optional(),
  cert_1_active: Flag.optional(),
  cert_1_last_rotated: Cell.optional(),
  cert_2_active: Flag.optional(),
  cert_2_last_rotated: Cell.optional(),
  additional_credentials_info: word.optional(),
});
export type CredentialReportRow = z.infer<typeof CredentialReportRow>;

/** A time as the SDK (Date) or a file (text) gives it. */
const Moment = z.union([z.date(), z.string()]).transform((value, context) => {
  const at = parseInstant(value instanceof Date ? value.toISOString() : value);
  if (at !== undefined) return at;
  context.addIssue({ code: 'custom', message: 'is no time with an offset' });
  return z.NEVER;
});

const InlinePolicy = z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() });
const AttachedManaged = z.object({ PolicyName: z.string(), PolicyArn: z.string() });
const Tag = z.object({ Key: z.string(), Value: z.string() });
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
const Boundary = z.object({ PermissionsBoundaryArn: z.string().optional() }).nullish();

/** A user of `GetAccountAuthorizationDetails`. */
export const UserDetail = z.object({
  UserName: z.string(),
  Arn: z.string().regex(/^arn:[a-z-]+:iam::[a-z0-9]+:user\/[!-~]{1,600}$/),
  CreateDate: Moment.nullish(),
  UserPolicyList: list(InlinePolicy),
  GroupList: list(z.string()),
  AttachedManagedPolicies: list(AttachedManaged),
  PermissionsBoundary: Boundary,
  Tags: list(Tag),
});
export type UserDetail = z.infer<typeof UserDetail>;

/** A role of `GetAccountAuthorizationDetails`. */
export const RoleDetail = z.object({
  RoleName: z.string(),
  Arn: z.string().regex(/^arn:[a-z-]+:iam::[a-z0-9]+:role\/[!-~]{1,600}$/),
  CreateDate: Moment.nullish(),
  AssumeRolePolicyDocument: z.unknown(),
  RolePolicyList: list(InlinePolicy),
  AttachedManagedPolicies: list(AttachedManaged),
  PermissionsBoundary: Boundary,
  InstanceProfileList: list(z.object({ Arn: z.string() })),
  Tags: list(Tag),
  /** Absent: this input does not say. Empty: no use within IAM's tracking period. */
  RoleLastUsed: z.object({ LastUsedDate: Moment.nullish(), Region: z.string().nullish() }).nullish(),
});
export type RoleDetail = z.infer<typeof RoleDetail>;

/** A group of `GetAccountAuthorizationDetails`. */
export const GroupDetail = z.object({
  GroupName: z.string(),
  GroupPolicyList: list(InlinePolicy),
  AttachedManagedPolicies: list(AttachedManaged),
});
export type GroupDetail = z.infer<typeof GroupDetail>;

/** A managed policy of `GetAccountAuthorizationDetails`, with its versions. */
export const ManagedPolicy = z.object({
  PolicyName: z.string(),
  Arn: z.string(),
  DefaultVersionId: z.string().nullish(),
  PolicyVersionList: list(
    z.object({
      VersionId: z.string().nullish(),
      IsDefaultVersion: z.boolean().nullish(),
      Document: z.unknown(),
    }),
  ),
});
export type ManagedPolicy = z.infer<typeof ManagedPolicy>;

/** One page of `GetAccountAuthorizationDetails`, or a file of all pages joined. */
export const AuthorizationPage = z.object({
  UserDetailList: list(UserDetail),
  RoleDetailList: list(RoleDetail),
  GroupDetailList: list(GroupDetail),
  Policies: list(ManagedPolicy),
});
export type AuthorizationPage = z.infer<typeof AuthorizationPage>;

/** `GetAccountSummary`. */
export const AccountSummary = z.object({ SummaryMap: z.record(z.string(), z.number()) });
export type AccountSummary = z.infer<typeof AccountSummary>;

/** A credential report as `aws iam get-credential-report` prints it: the CSV in base64 (or plain, in recordings). */
export const CredentialReportFile = z.object({
  Content: z.string(),
  GeneratedTime: Moment.nullish(),
});

/** One entry of `ListServiceSpecificCredentials`. */
export const ServiceSpecificCredential = z.object({
  UserName: z.string(),
  Status: z.enum(['Active', 'Inactive', 'Expired']),
  CreateDate: Moment,
  ExpirationDate: Moment.nullish(),
  ServiceSpecificCredentialId: z.string(),
  ServiceName: z.string(),
});
export type ServiceSpecificCredential = z.infer<typeof ServiceSpecificCredential>;
