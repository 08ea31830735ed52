// An account seed out of the files people have: a credential report, authorization details, or both.
import type { Readable } from 'node:stream';
import { InvalidInputError } from '../../domain/errors.ts';
import {
  type AccountSeed,
  type AccountSeedInput,
  parseAccountSeed,
  type SeedUserInput,
} from './account-seed.ts';
import { type AuthorizationDetailsFile, readAuthorizationDetails } from './read-authorization-details.ts';
import { type CredentialReportFile, readCredentialReport } from './read-credential-report.ts';
import type { ReportRow } from './report-row.ts';

type Lists = AuthorizationDetailsFile['lists'];

/** Where an account's data comes from. */
export interface SeedFiles {
  /** A path, or the bytes of a credential report. */
  readonly credentialReport?: string | Readable | undefined;
  /** A path to `get-account-authorization-details` output. */
  readonly authorizationDetails?: string | undefined;
}

/**
 * Reads the files into an account. What neither file says stays unknown (`known`), and the stand-in answers
 * AccessDenied to questions about it. Access-key ids, absent from both files, are derived from (ARN, slot).
 * @throws InvalidInputError naming file, line and column; also when the files are of different accounts.
 */
export async function seedFromFiles(files: SeedFiles): Promise<AccountSeed> {
  const report =
    files.credentialReport === undefined ? undefined : await readCredentialReport(files.credentialReport);
  const details =
    files.authorizationDetails === undefined
      ? undefined
      : await readAuthorizationDetails(files.authorizationDetails);
  if (!report && !details) {
    throw new InvalidInputError({
      code: 'BAD_ARGUMENT',
      message: 'Give a credential report, authorization details, or both.',
    });
  }
  const root = report?.rows.find((row) => row.isRoot);
  const source = [files.credentialReport, files.authorizationDetails].filter(
    (file) => typeof file === 'string',
  );
  const seed: AccountSeedInput = {
    accountId: accountOf(report, details),
    known: {
      credentialReport: report !== undefined,
      authorizationDetails: details !== undefined,
      otherCredentials: false,
    },
    reportColumns: report?.columns.includes('additional_credentials_info') === true ? 23 : 22,
    users: usersOf(report, details),
    ...(root ? { root: rootOf(root) } : {}),
    ...(details ? entitiesOf(details.lists) : {}),
  };
  return parseAccountSeed(seed, source.length > 0 ? source.join(' + ') : 'credential report');
}

/** The report's account; else the one most users and roles are of (hand-edited files mix accounts). */
function accountOf(
  report: CredentialReportFile | undefined,
  details: AuthorizationDetailsFile | undefined,
): string {
  const accounts = details ? accountsByWeight(details.lists) : [];
  if (report && (accounts.length === 0 || accounts.includes(report.accountId))) return report.accountId;
  const [heaviest] = accounts;
  if (heaviest !== undefined && !report) return heaviest;
  throw new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: report
      ? `${details?.file}: account ${heaviest}, but the credential report is of account ${report.accountId}`
      : `${details?.file}: no user, role or group with an account id in its ARN`,
  });
}

function accountsByWeight(lists: Lists): string[] {
  const votes = new Map<string, number>();
  for (const { Arn } of [...lists.UserDetailList, ...lists.RoleDetailList, ...lists.GroupDetailList]) {
    const account = Arn.split(':')[4] ?? '';
    if (/^\d{12}$/.test(account)) votes.set(account, (votes.get(account) ?? 0) + 1);
  }
  return [...votes].sort(([, left], [, right]) => right - left).map(([account]) => account);
}

function usersOf(
  report: CredentialReportFile | undefined,
  details: AuthorizationDetailsFile | undefined,
): SeedUserInput[] {
  const rows = new Map((report?.rows ?? []).filter((row) => !row.isRoot).map((row) => [row.arn, row]));
  const users: SeedUserInput[] = [];
  for (const detail of details?.lists.UserDetailList ?? []) {
    const row = rows.get(detail.Arn);
    rows.delete(detail.Arn);
    users.push({ ...(row ? fromRow(row) : unreported()), ...fromDetail(detail), inDetails: true });
  }
  for (const row of rows.values()) users.push({ ...fromRow(row), inDetails: false });
  refuseSharedNames(users, details?.file ?? 'credential report');
  return users;
}

function unreported(): Pick<SeedUserInput, 'console' | 'mfaActive' | 'inReport'> {
  return { console: 'unknown', mfaActive: 'unknown', inReport: false };
}

function refuseSharedNames(users: readonly SeedUserInput[], file: string): void {
  const arns = new Map<string, string | undefined>();
  for (const { userName, arn } of users) {
    const other = arns.get(userName);
    if (other !== undefined) {
      throw new InvalidInputError({
        code: 'MALFORMED_FILE',
        message: `${file}: ${other} and ${arn}: one account cannot hold two users of one name`,
      });
    }
    arns.set(userName, arn);
  }
}

function fromRow(row: ReportRow): SeedUserInput {
  return {
    userName: row.userName,
    path: row.path,
    arn: row.arn,
    createdAt: row.createdAt,
    console: row.console,
    passwordLastUsed: row.passwordLastUsed,
    passwordLastChanged: row.passwordLastChanged,
    passwordNextRotation: row.passwordNextRotation,
    mfaActive: row.mfaActive,
    ...credentialsOf(row),
  };
}

function credentialsOf(row: ReportRow): Pick<SeedUserInput, 'keys' | 'certificates'> {
  return {
    keys: row.keys.map(({ slot, active, lastRotatedAt, lastUse }) => ({
      slot,
      status: active ? 'Active' : 'Inactive',
      createdAt: lastRotatedAt,
      lastUse,
    })),
    certificates: row.certificates.map(({ slot, active, lastRotatedAt }) => ({
      slot,
      status: active ? 'Active' : 'Inactive',
      uploadedAt: lastRotatedAt,
    })),
  };
}

function rootOf(row: ReportRow): AccountSeedInput['root'] {
  return {
    createdAt: row.createdAt,
    passwordLastUsed: row.passwordLastUsed,
    mfaActive: row.mfaActive,
    ...credentialsOf(row),
  };
}

function fromDetail(detail: Lists['UserDetailList'][number]) {
  return {
    userName: detail.UserName,
    path: detail.Path,
    userId: detail.UserId,
    arn: detail.Arn,
    createdAt: detail.CreateDate,
    groups: detail.GroupList,
    inlinePolicies: inlineOf(detail.UserPolicyList),
    ...sharedOf(detail),
  } satisfies SeedUserInput;
}

function entitiesOf(lists: Lists): Pick<AccountSeedInput, 'groups' | 'roles' | 'policies'> {
  return {
    groups: lists.GroupDetailList.map((group) => ({
      groupName: group.GroupName,
      path: group.Path,
      groupId: group.GroupId,
      arn: group.Arn,
      createdAt: group.CreateDate,
      inlinePolicies: inlineOf(group.GroupPolicyList),
      attachedPolicies: attachedOf(group.AttachedManagedPolicies),
    })),
    roles: lists.RoleDetailList.map((role) => ({
      roleName: role.RoleName,
      path: role.Path,
      roleId: role.RoleId,
      arn: role.Arn,
      createdAt: role.CreateDate,
      trust: role.AssumeRolePolicyDocument,
      inlinePolicies: inlineOf(role.RolePolicyList),
      instanceProfiles: role.InstanceProfileList.map((profile) => ({
        instanceProfileName: profile.InstanceProfileName,
        instanceProfileId: profile.InstanceProfileId,
        arn: profile.Arn,
        path: profile.Path,
        createdAt: profile.CreateDate,
      })),
      ...(role.RoleLastUsed.LastUsedDate === undefined
        ? {}
        : { lastUsed: { at: role.RoleLastUsed.LastUsedDate, region: role.RoleLastUsed.Region } }),
      ...sharedOf(role),
    })),
    policies: lists.Policies.map(policyOf),
  };
}

function policyOf(policy: Lists['Policies'][number]): NonNullable<AccountSeedInput['policies']>[number] {
  return {
    policyName: policy.PolicyName,
    arn: policy.Arn,
    policyId: policy.PolicyId,
    path: policy.Path,
    defaultVersionId: policy.DefaultVersionId,
    createdAt: policy.CreateDate,
    updatedAt: policy.UpdateDate,
    attachmentCount: policy.AttachmentCount ?? undefined,
    permissionsBoundaryUsageCount: policy.PermissionsBoundaryUsageCount ?? undefined,
    isAttachable: policy.IsAttachable,
    versions: policy.PolicyVersionList.map((version) => ({
      versionId: version.VersionId,
      document: version.Document,
      isDefault: version.IsDefaultVersion,
      createdAt: version.CreateDate,
    })),
  };
}

function sharedOf(detail: {
  readonly AttachedManagedPolicies: Lists['UserDetailList'][number]['AttachedManagedPolicies'];
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn: string } | undefined;
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}) {
  return {
    attachedPolicies: attachedOf(detail.AttachedManagedPolicies),
    permissionsBoundaryArn: detail.PermissionsBoundary?.PermissionsBoundaryArn,
    tags: Object.fromEntries(detail.Tags.map((tag) => [tag.Key, tag.Value])),
  };
}

function inlineOf(
  policies: readonly { PolicyName: string; PolicyDocument: string | Record<string, unknown> }[],
) {
  return Object.fromEntries(policies.map((policy) => [policy.PolicyName, policy.PolicyDocument]));
}

function attachedOf(policies: readonly { PolicyName: string; PolicyArn: string }[]) {
  return policies.map((policy) => ({ policyName: policy.PolicyName, policyArn: policy.PolicyArn }));
}
