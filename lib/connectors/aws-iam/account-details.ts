// Authorization details, indexed: tags and rights of users and roles, with administrator roles found first.
import type { Entitlements } from '../../domain/identity/entitlement.ts';
import type { AttachedPolicy, PolicyVia } from '../../domain/identity/policy-document.ts';
import {
  type AdminRole,
  assessEntitlements,
  type PolicyEvidence,
} from '../../domain/identity/policy-entitlements.ts';
import type { Instant } from '../../domain/time.ts';
import type { AuthorizationPage, GroupDetail, ManagedPolicy, RoleDetail, UserDetail } from './schema.ts';

/** An account's authorization details, de-duplicated by ARN. */
export interface AccountDetails {
  readonly users: ReadonlyMap<string, UserDetail>;
  readonly roles: ReadonlyMap<string, RoleDetail>;
  /** Rights of a user, judged when asked for. */
  rightsOf(user: UserDetail): Entitlements;
  /** Rights of a role. */
  rightsOfRole(role: RoleDetail): Entitlements;
}

/** A chain of roles longer than this is not followed; nobody has been seen to need more. */
const MAX_ROLE_CHAIN = 8;

/**
 * Indexes the pages. `complete` says whether all pages are there: with pages missing, "no administrator role trusts it"
 * cannot be said, and the verdicts stay careful.
 */
export function indexDetails(
  pages: readonly AuthorizationPage[],
  complete: boolean,
  asOf: Instant,
): AccountDetails {
  const users = byArn(pages.flatMap((page) => page.UserDetailList));
  const roles = byArn(pages.flatMap((page) => page.RoleDetailList));
  const policies = byArn(pages.flatMap((page) => page.Policies));
  const groups = new Map(pages.flatMap((page) => page.GroupDetailList).map((each) => [each.GroupName, each]));
  const lookup: Lookup = { policies, groups, asOf };
  const rights = assessRoles([...roles.values()], lookup, complete);
  const adminRoles = complete ? adminsAmong(rights) : undefined;
  return {
    users,
    roles,
    rightsOf: (user) => assessEntitlements({ ...evidenceOfUser(user, lookup), adminRoles }),
    rightsOfRole: (role) =>
      rights.get(role.Arn) ?? assessEntitlements({ ...evidenceOfRole(role, lookup), adminRoles }),
  };
}

interface Lookup {
  readonly policies: ReadonlyMap<string, ManagedPolicy>;
  readonly groups: ReadonlyMap<string, GroupDetail>;
  readonly asOf: Instant;
}

function byArn<T extends { readonly Arn: string }>(items: readonly T[]): Map<string, T> {
  const indexed = new Map<string, T>();
  for (const item of items) if (!indexed.has(item.Arn)) indexed.set(item.Arn, item);
  return indexed;
}

/** Judges the roles, again and again until no further role turns out able to become one that is administrator. */
function assessRoles(
  roles: readonly RoleDetail[],
  lookup: Lookup,
  complete: boolean,
): ReadonlyMap<string, Entitlements> {
  const evidence = roles.map((role) => evidenceOfRole(role, lookup));
  const assess = (adminRoles: readonly AdminRole[] | undefined) =>
    new Map(evidence.map((each) => [each.principal.arn, assessEntitlements({ ...each, adminRoles })]));
  if (!complete) return assess(undefined);
  let rights = assess([]);
  for (let round = 0; round < MAX_ROLE_CHAIN; round += 1) {
    const admins = adminsAmong(rights);
    rights = assess(admins);
    if (adminsAmong(rights).length === admins.length) break;
  }
  return rights;
}

function adminsAmong(rights: ReadonlyMap<string, Entitlements>): AdminRole[] {
  return [...rights].filter(([, { admin }]) => admin === 'yes').map(([arn, { trust }]) => ({ arn, trust }));
}

function evidenceOfUser(user: UserDetail, lookup: Lookup): PolicyEvidence {
  const groups = user.GroupList.map((name) => lookup.groups.get(name) ?? name);
  const attached = user.AttachedManagedPolicies.map((each) => managed(each, 'managed', lookup));
  const throughGroups = groups.flatMap((group) =>
    typeof group === 'string' ? [unseenGroup(group)] : groupPolicies(group, lookup),
  );
  const policies = [...inline(user.UserPolicyList, 'inline'), ...attached, ...throughGroups];
  return {
    principal: { arn: user.Arn, attachedPolicyArns: arnsOf(policies), groupNames: user.GroupList },
    policies,
    boundary: boundaryOf(user.PermissionsBoundary?.PermissionsBoundaryArn, lookup),
    asOf: lookup.asOf,
  };
}

function evidenceOfRole(role: RoleDetail, lookup: Lookup): PolicyEvidence {
  const attached = role.AttachedManagedPolicies.map((each) => managed(each, 'managed', lookup));
  const policies = [...inline(role.RolePolicyList, 'inline'), ...attached];
  return {
    principal: { arn: role.Arn, attachedPolicyArns: arnsOf(policies), groupNames: [] },
    policies,
    boundary: boundaryOf(role.PermissionsBoundary?.PermissionsBoundaryArn, lookup),
    trustPolicy: role.AssumeRolePolicyDocument ?? null,
    asOf: lookup.asOf,
  };
}

function groupPolicies(group: GroupDetail, lookup: Lookup): AttachedPolicy[] {
  return [
    ...inline(group.GroupPolicyList, 'group'),
    ...group.AttachedManagedPolicies.map((each) => managed(each, 'group', lookup)),
  ];
}

function unseenGroup(name: string): AttachedPolicy {
  return { name: `of group ${name} (group not in the input)`, via: 'group', document: undefined };
}

function inline(policies: UserDetail['UserPolicyList'], via: PolicyVia): AttachedPolicy[] {
  return policies.map(({ PolicyName, PolicyDocument }) => ({
    name: PolicyName,
    via,
    document: PolicyDocument,
  }));
}

function managed(
  { PolicyName, PolicyArn }: { readonly PolicyName: string; readonly PolicyArn: string },
  via: PolicyVia,
  lookup: Lookup,
): AttachedPolicy {
  return { name: PolicyName, via, arn: PolicyArn, document: defaultDocument(lookup.policies.get(PolicyArn)) };
}

function defaultDocument(policy: ManagedPolicy | undefined): unknown {
  const inForce =
    policy?.PolicyVersionList.find(({ IsDefaultVersion }) => IsDefaultVersion === true) ??
    policy?.PolicyVersionList.find(({ VersionId }) => VersionId === policy.DefaultVersionId);
  return inForce?.Document;
}

function boundaryOf(arn: string | undefined, lookup: Lookup): AttachedPolicy | undefined {
  if (arn === undefined) return undefined;
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  return { name, via: 'boundary', arn, document: defaultDocument(lookup.policies.get(arn)) };
}

function arnsOf(policies: readonly AttachedPolicy[]): string[] {
  return policies.flatMap(({ arn }) => (arn === undefined ? [] : [arn]));
}
