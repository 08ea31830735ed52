// The account-wide questions: credential report, authorization details, summary.
import type { AccountSeed } from '../account-seed.ts';
import { deriveProviderId } from '../derived-ids.ts';
import type { Group, PolicyBearer, Role, User } from '../entities.ts';
import { listParam, pageOf, QueryFailure, XmlMap, type XmlValue } from '../query-protocol.ts';
import {
  type Action,
  type ActionContext,
  accessDenied,
  boundaryOf,
  encodedPolicy,
  tagList,
  timeOf,
} from './action.ts';

const generateCredentialReport: Action = (context, call) => {
  if (!context.account.seed.known.credentialReport) throw accessDenied(call);
  return { ...context.desk.generate() };
};

const getCredentialReport: Action = (context, call) => {
  if (!context.account.seed.known.credentialReport) throw accessDenied(call);
  const { csv, generatedAt } = context.desk.fetch();
  return {
    Content: Buffer.from(csv).toString('base64'),
    ReportFormat: 'text/csv',
    GeneratedTime: timeOf(generatedAt),
  };
};

const FILTERS = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;
type Entry =
  | { readonly list: 'UserDetailList'; readonly entity: User }
  | { readonly list: 'GroupDetailList'; readonly entity: Group }
  | { readonly list: 'RoleDetailList'; readonly entity: Role }
  | { readonly list: 'Policies'; readonly entity: AccountSeed['policies'][number] };

const getAccountAuthorizationDetails: Action = (context, call) => {
  if (!context.account.seed.known.authorizationDetails) throw accessDenied(call);
  const { items, ...rest } = pageOf(
    entriesOf(context, listParam(call.params, 'Filter')),
    call.params,
    context.pageSize,
  );
  const listed = (list: Entry['list']): XmlValue =>
    items.filter((entry) => entry.list === list).map((entry) => detailXml(context, entry));
  return {
    UserDetailList: listed('UserDetailList'),
    GroupDetailList: listed('GroupDetailList'),
    RoleDetailList: listed('RoleDetailList'),
    Policies: listed('Policies'),
    ...rest,
  };
};

const getAccountSummary: Action = ({ account }) => {
  const { known, policies } = account.seed;
  const counts = new Map<string, number>([['Users', account.users().length]]);
  if (known.authorizationDetails) {
    const local = policies.filter(({ arn }) => !arn.includes(':iam::aws:'));
    counts
      .set('Groups', account.groups().length)
      .set('Roles', account.roles().length)
      .set('Policies', local.length);
  }
  const { root } = account;
  if (root) {
    counts.set('AccountAccessKeysPresent', root.keys.length > 0 ? 1 : 0);
    counts.set('AccountSigningCertificatesPresent', root.certificates.length > 0 ? 1 : 0);
    if (root.seed.mfaActive !== 'unknown') counts.set('AccountMFAEnabled', root.seed.mfaActive ? 1 : 0);
  }
  for (const [name, quota] of QUOTAS) counts.set(name, quota);
  return { SummaryMap: new XmlMap(counts) };
};

/** IAM's default quotas. */
const QUOTAS = [
  ['AccessKeysPerUserQuota', 2],
  ['AssumeRolePolicySizeQuota', 2048],
  ['RolePolicySizeQuota', 10_240],
  ['SigningCertificatesPerUserQuota', 2],
  ['UserPolicySizeQuota', 2048],
  ['UsersQuota', 5000],
] as const;

/** Account-wide actions by name. */
export const reportActions: Readonly<Record<string, Action>> = {
  GenerateCredentialReport: generateCredentialReport,
  GetCredentialReport: getCredentialReport,
  GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
  GetAccountSummary: getAccountSummary,
};

/** Pages run through users, groups, roles, policies, in this order, as one sequence. */
function entriesOf({ account }: ActionContext, filter: readonly string[]): Entry[] {
  const unknown = filter.find((name) => !FILTERS.some((known) => known === name));
  if (unknown !== undefined) {
    throw new QueryFailure(
      'ValidationError',
      400,
      `Value '${unknown}' at 'filter' is not one of [${FILTERS.join(', ')}]`,
    );
  }
  const wants = (name: (typeof FILTERS)[number]): boolean => filter.length === 0 || filter.includes(name);
  const users = account.users().filter(({ seed }) => seed.inDetails);
  const isAws = (arn: string): boolean => arn.includes(':iam::aws:');
  const policies = account.seed.policies.filter(({ arn }) =>
    wants(isAws(arn) ? 'AWSManagedPolicy' : 'LocalManagedPolicy'),
  );
  return [
    ...(wants('User') ? users.map((entity) => ({ list: 'UserDetailList', entity }) as const) : []),
    ...(wants('Group')
      ? account.groups().map((entity) => ({ list: 'GroupDetailList', entity }) as const)
      : []),
    ...(wants('Role') ? account.roles().map((entity) => ({ list: 'RoleDetailList', entity }) as const) : []),
    ...policies.map((entity) => ({ list: 'Policies', entity }) as const),
  ];
}

function detailXml(context: ActionContext, entry: Entry): XmlValue {
  switch (entry.list) {
    case 'UserDetailList':
      return {
        ...bearerXml(entry.entity),
        UserName: entry.entity.name,
        UserId: entry.entity.id,
        UserPolicyList: inlineXml(entry.entity),
        GroupList: entry.entity.groups,
        Tags: tagList(entry.entity.tags),
      };
    case 'GroupDetailList':
      return {
        ...bearerXml(entry.entity),
        GroupName: entry.entity.name,
        GroupId: entry.entity.id,
        GroupPolicyList: inlineXml(entry.entity),
      };
    case 'RoleDetailList':
      return roleXml(entry.entity);
    case 'Policies':
      return policyXml(context, entry.entity);
  }
}

function bearerXml(bearer: PolicyBearer): { readonly [element: string]: XmlValue } {
  return {
    Path: bearer.path,
    Arn: bearer.arn,
    CreateDate: timeOf(bearer.createdAt),
    AttachedManagedPolicies: bearer.attachedPolicies.map(({ policyName, policyArn }) => ({
      PolicyName: policyName,
      PolicyArn: policyArn,
    })),
    PermissionsBoundary: boundaryOf(bearer),
  };
}

function inlineXml(bearer: PolicyBearer): XmlValue {
  return [...bearer.inlinePolicies].map(([PolicyName, text]) => ({
    PolicyName,
    PolicyDocument: encodedPolicy(text),
  }));
}

function roleXml(role: Role): XmlValue {
  const own = {
    RoleName: role.name,
    RoleId: role.id,
    Path: role.path,
    Arn: role.arn,
    CreateDate: timeOf(role.createdAt),
    AssumeRolePolicyDocument: encodedPolicy(role.trust),
  };
  return {
    ...bearerXml(role),
    ...own,
    InstanceProfileList: role.seed.instanceProfiles.map((profile) => ({
      InstanceProfileName: profile.instanceProfileName,
      InstanceProfileId: profile.instanceProfileId,
      Arn: profile.arn,
      Path: profile.path,
      CreateDate: timeOf(profile.createdAt),
      Roles: [own],
    })),
    RolePolicyList: inlineXml(role),
    Tags: tagList(role.tags),
    RoleLastUsed: { LastUsedDate: timeOf(role.lastUsed?.at), Region: role.lastUsed?.region },
  };
}

function policyXml({ account }: ActionContext, policy: AccountSeed['policies'][number]): XmlValue {
  const attached = [...account.users(), ...account.groups(), ...account.roles()].filter((bearer) =>
    bearer.attachedPolicies.some(({ policyArn }) => policyArn === policy.arn),
  );
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId ?? deriveProviderId('ANPA', policy.arn),
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: policy.attachmentCount ?? attached.length,
    PermissionsBoundaryUsageCount: policy.permissionsBoundaryUsageCount,
    IsAttachable: policy.isAttachable,
    CreateDate: timeOf(policy.createdAt),
    UpdateDate: timeOf(policy.updatedAt ?? policy.createdAt),
    PolicyVersionList: policy.versions.map((version) => ({
      Document: encodedPolicy(version.document),
      VersionId: version.versionId,
      IsDefaultVersion: version.isDefault,
      CreateDate: timeOf(version.createdAt),
    })),
  };
}
