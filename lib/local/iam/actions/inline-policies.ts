// Inline policies of users and roles, and what is attached to them.
import type { PolicyBearer } from '../entities.ts';
import { parsePolicyDocument } from '../policy-document.ts';
import { noSuchEntity, pageOf, QueryFailure, requiredParam } from '../query-protocol.ts';
import {
  type Action,
  type ActionCall,
  type ActionContext,
  encodedPolicy,
  namedRole,
  requireDetails,
  subjectUser,
} from './action.ts';
import { refuseOversized, refuseProtected } from './policy-limits.ts';

type On = 'user' | 'role';

function bearerOf(on: On, context: ActionContext, call: ActionCall): PolicyBearer {
  if (on === 'role') return namedRole(context, call);
  requiredParam(call.params, 'UserName');
  const user = subjectUser(context, call);
  requireDetails(context, call, user);
  return user;
}

const listPolicies =
  (on: On): Action =>
  (context, call) => {
    const names = [...bearerOf(on, context, call).inlinePolicies.keys()];
    const { items, ...rest } = pageOf(names, call.params, context.pageSize);
    return { PolicyNames: items, ...rest };
  };

const listAttached =
  (on: On): Action =>
  (context, call) => {
    const attached = bearerOf(on, context, call).attachedPolicies;
    const { items, ...rest } = pageOf(attached, call.params, context.pageSize);
    return {
      AttachedPolicies: items.map(({ policyName, policyArn }) => ({
        PolicyName: policyName,
        PolicyArn: policyArn,
      })),
      ...rest,
    };
  };

const getPolicy =
  (on: On): Action =>
  (context, call) => {
    const bearer = bearerOf(on, context, call);
    const { name, text } = inlinePolicy(on, bearer, call);
    const holder = on === 'user' ? { UserName: bearer.name } : { RoleName: bearer.name };
    return { ...holder, PolicyName: name, PolicyDocument: encodedPolicy(text) };
  };

const putPolicy =
  (on: On): Action =>
  (context, call) => {
    const bearer = changeable(on, context, call);
    const policyName = requiredParam(call.params, 'PolicyName');
    const document = requiredParam(call.params, 'PolicyDocument');
    refuseMalformed(document);
    const others = [...bearer.inlinePolicies].filter(([name]) => name !== policyName).map(([, text]) => text);
    refuseOversized(
      [...others, document].join(''),
      on === 'user' ? 2048 : 10_240,
      on === 'user' ? 'UserPolicySize' : 'RolePolicySize',
    );
    context.account.commit({ kind: 'inline-policy-put', on, name: bearer.name, policyName, document });
    return undefined;
  };

const deletePolicy =
  (on: On): Action =>
  (context, call) => {
    const bearer = changeable(on, context, call);
    const { name } = inlinePolicy(on, bearer, call);
    context.account.commit({ kind: 'inline-policy-deleted', on, name: bearer.name, policyName: name });
    return undefined;
  };

/** Inline and attached policy actions by name. */
export const inlinePolicyActions: Readonly<Record<string, Action>> = {
  ListUserPolicies: listPolicies('user'),
  ListRolePolicies: listPolicies('role'),
  ListAttachedUserPolicies: listAttached('user'),
  ListAttachedRolePolicies: listAttached('role'),
  GetUserPolicy: getPolicy('user'),
  GetRolePolicy: getPolicy('role'),
  PutUserPolicy: putPolicy('user'),
  PutRolePolicy: putPolicy('role'),
  DeleteUserPolicy: deletePolicy('user'),
  DeleteRolePolicy: deletePolicy('role'),
};

function changeable(on: On, context: ActionContext, call: ActionCall): PolicyBearer {
  if (on === 'role') refuseProtected(namedRole(context, call));
  return bearerOf(on, context, call);
}

function inlinePolicy(on: On, bearer: PolicyBearer, call: ActionCall): { name: string; text: string } {
  const name = requiredParam(call.params, 'PolicyName');
  const text = bearer.inlinePolicies.get(name);
  if (text === undefined) throw noSuchEntity(`The ${on} policy with name ${name} cannot be found.`);
  return { name, text };
}

function refuseMalformed(document: string): void {
  const malformed = (message: string): QueryFailure =>
    new QueryFailure('MalformedPolicyDocument', 400, message);
  const statements = parsePolicyDocument(document)?.Statement;
  if (!statements) throw malformed('Syntax errors in policy.');
  for (const statement of statements) {
    if (statement['Principal'] !== undefined || statement['NotPrincipal'] !== undefined) {
      throw malformed('Policy document should not specify a principal.');
    }
    if (!statement.Resource && !statement.NotResource)
      throw malformed('Policy statement must contain resources.');
  }
}
