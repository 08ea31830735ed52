// Users and roles: list, get, tags, trust.
import { type Role, type User } from '../entities.ts';
import { parsePolicyDocument } from '../policy-document.ts';
import { noSuchEntity, pageOf, QueryFailure, requiredParam, type XmlValue } from '../query-protocol.ts';
import {
  type Action,
  accessDenied,
  boundaryOf,
  encodedPolicy,
  namedRole,
  requireDetails,
  subjectUser,
  tagList,
  timeOf,
} from './action.ts';
import { refuseOversized, refuseProtected } from './policy-limits.ts';

const listUsers: Action = (context, { params }) => {
  const prefix = params.get('PathPrefix') ?? '/';
  const users = context.account.users().filter(({ path }) => path.startsWith(prefix));
  const { items, ...rest } = pageOf(users, params, context.pageSize);
  return { Users: items.map(userXml), ...rest };
};

const getUser: Action = (context, call) => {
  const user = subjectUser(context, call);
  const known = context.account.seed.known.authorizationDetails && user.seed.inDetails;
  return {
    User: {
      ...userXml(user),
      PermissionsBoundary: boundaryOf(user),
      Tags: known && Object.keys(user.tags).length > 0 ? tagList(user.tags) : undefined,
    },
  };
};

const getLoginProfile: Action = (context, call) => {
  const user = subjectUser(context, call);
  if (user.seed.console === 'unknown') throw accessDenied(call);
  if (user.seed.console === 'no') throw noSuchEntity(`Login Profile for User ${user.name} cannot be found.`);
  return {
    LoginProfile: { UserName: user.name, CreateDate: timeOf(user.createdAt), PasswordResetRequired: 'false' },
  };
};

const listUserTags: Action = (context, call) => {
  const user = subjectUser(context, call);
  requireDetails(context, call, user);
  const { items, ...rest } = pageOf(Object.entries(user.tags), call.params, context.pageSize);
  return { Tags: tagList(Object.fromEntries(items)), ...rest };
};

const listRoles: Action = (context, call) => {
  if (!context.account.seed.known.authorizationDetails) throw accessDenied(call);
  const prefix = call.params.get('PathPrefix') ?? '/';
  const roles = context.account.roles().filter(({ path }) => path.startsWith(prefix));
  const { items, ...rest } = pageOf(roles, call.params, context.pageSize);
  return { Roles: items.map(roleXml), ...rest };
};

const getRole: Action = (context, call) => {
  const role = namedRole(context, call);
  return {
    Role: {
      ...roleXml(role),
      PermissionsBoundary: boundaryOf(role),
      Tags: Object.keys(role.tags).length > 0 ? tagList(role.tags) : undefined,
      RoleLastUsed: { LastUsedDate: timeOf(role.lastUsed?.at), Region: role.lastUsed?.region },
    },
  };
};

const listRoleTags: Action = (context, call) => {
  const { items, ...rest } = pageOf(
    Object.entries(namedRole(context, call).tags),
    call.params,
    context.pageSize,
  );
  return { Tags: tagList(Object.fromEntries(items)), ...rest };
};

const updateAssumeRolePolicy: Action = (context, call) => {
  const role = namedRole(context, call);
  refuseProtected(role);
  const document = requiredParam(call.params, 'PolicyDocument');
  refuseMalformedTrust(document);
  refuseOversized(document, 2048, 'ACLSizePerRole');
  context.account.commit({ kind: 'trust-changed', roleName: role.name, document });
  return undefined;
};

const listAccountAliases: Action = (context, { params }) => {
  const { items, ...rest } = pageOf(context.account.seed.aliases, params, context.pageSize);
  return { AccountAliases: items, ...rest };
};

/** User, role and alias actions by name. */
export const userAndRoleActions: Readonly<Record<string, Action>> = {
  ListUsers: listUsers,
  GetUser: getUser,
  GetLoginProfile: getLoginProfile,
  ListUserTags: listUserTags,
  ListRoles: listRoles,
  GetRole: getRole,
  ListRoleTags: listRoleTags,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  ListAccountAliases: listAccountAliases,
};

function userXml(user: User): { readonly [element: string]: XmlValue } {
  const { passwordLastUsed } = user.seed;
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: timeOf(user.createdAt),
    PasswordLastUsed: /^\d/.test(passwordLastUsed) ? passwordLastUsed.replace(/\.\d{3}Z$/, 'Z') : undefined,
  };
}

function roleXml(role: Role): { readonly [element: string]: XmlValue } {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: timeOf(role.createdAt),
    AssumeRolePolicyDocument: encodedPolicy(role.trust),
    Description: role.seed.description,
    MaxSessionDuration: role.seed.maxSessionSeconds,
  };
}

function refuseMalformedTrust(document: string): void {
  const statements = parsePolicyDocument(document)?.Statement;
  if (!statements)
    throw new QueryFailure('MalformedPolicyDocument', 400, 'This policy contains invalid Json');
  for (const statement of statements) {
    if (statement['Principal'] === undefined && statement['NotPrincipal'] === undefined) {
      throw new QueryFailure('MalformedPolicyDocument', 400, 'Missing required field Principal');
    }
    if (statement.Resource || statement.NotResource) {
      throw new QueryFailure('MalformedPolicyDocument', 400, 'Has prohibited field Resource');
    }
  }
}
