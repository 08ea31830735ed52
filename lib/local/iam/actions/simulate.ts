// SimulatePrincipalPolicy over the documents the account knows.
import type { Group, PolicyBearer } from '../entities.ts';
import { locateJson } from '../json-position.ts';
import type { RequestContext } from '../policy-conditions.ts';
import {
  type AccessDecision,
  evaluatePolicies,
  type KnownPolicy,
  type MatchedStatement,
  managedPolicyText,
  policiesOf,
} from '../policy-evaluation.ts';
import {
  listParam,
  noSuchEntity,
  pageOf,
  QueryFailure,
  requiredParam,
  type XmlValue,
} from '../query-protocol.ts';
import { type Action, type ActionCall, type ActionContext, accessDenied, requireDetails } from './action.ts';

const simulatePrincipalPolicy: Action = (context, call) => {
  const { params } = call;
  const principal = principalOf(context, call);
  const actions = listParam(params, 'ActionNames');
  if (actions.length === 0) throw invalidInput('ActionNames must not be empty');
  const unclear = actions.find((action) => !/^[a-zA-Z0-9-]+:[A-Za-z0-9]+$/.test(action));
  if (unclear !== undefined) throw invalidInput(`Invalid Entity Action: ${unclear}`);
  const resources = listParam(params, 'ResourceArns');
  const extra = listParam(params, 'PolicyInputList').map((text, index) => ({
    sourceId: `PolicyInputList.${index + 1}`,
    text,
  }));
  const policies = [...policiesOf(context.account, principal), ...extra];
  const requestContext = contextOf(params, principal);
  const questions = actions.flatMap((action) =>
    (resources.length > 0 ? resources : ['*']).map((resource) => ({
      action,
      resource,
      context: requestContext,
    })),
  );
  const { items, ...rest } = pageOf(questions, params, context.pageSize);
  return {
    EvaluationResults: items.map((question) => {
      const identity = evaluatePolicies(policies, question);
      const boundary = boundaryDecision(context, principal, question);
      return {
        EvalActionName: question.action,
        EvalResourceName: question.resource,
        EvalDecision: combined(identity, boundary),
        MatchedStatements: identity.matched.map(statementXml),
        MissingContextValues: [...new Set([...identity.missingKeys, ...(boundary?.missingKeys ?? [])])],
        PermissionsBoundaryDecisionDetail: boundary && {
          AllowedByPermissionsBoundary: boundary.decision === 'allowed',
        },
      };
    }),
    ...rest,
  };
};

/** Simulation actions by name. */
export const simulationActions: Readonly<Record<string, Action>> = {
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
};

function principalOf(context: ActionContext, call: ActionCall) {
  const arn = requiredParam(call.params, 'PolicySourceArn');
  if (!context.account.seed.known.authorizationDetails) throw accessDenied(call, 'iam', arn);
  const user = context.account.users().find((candidate) => candidate.arn === arn);
  if (user) requireDetails(context, call, user);
  const principal = user ?? context.account.roles().find((candidate) => candidate.arn === arn);
  if (!principal) throw noSuchEntity(`The principal ${arn} cannot be found.`);
  return principal;
}

function contextOf(params: URLSearchParams, principal: PolicyBearer): RequestContext {
  const context = new Map<string, readonly string[]>();
  if ('groups' in principal) context.set('aws:username', [principal.name]);
  for (let index = 1; ; index += 1) {
    const entry = `ContextEntries.member.${index}`;
    const key = params.get(`${entry}.ContextKeyName`);
    if (key === null) return context;
    context.set(key.toLowerCase(), listParam(params, `${entry}.ContextKeyValues`));
  }
}

/** A boundary whose document is unknown allows nothing we can vouch for. */
function boundaryDecision(
  { account }: ActionContext,
  principal: Group,
  question: Parameters<typeof evaluatePolicies>[1],
): AccessDecision | undefined {
  const arn = principal.permissionsBoundaryArn;
  if (arn === undefined) return undefined;
  const text = managedPolicyText(account, arn);
  const policies: KnownPolicy[] = text === undefined ? [] : [{ sourceId: arn, text }];
  return evaluatePolicies(policies, question);
}

function combined(
  identity: AccessDecision,
  boundary: AccessDecision | undefined,
): AccessDecision['decision'] {
  if (identity.decision === 'explicitDeny' || boundary?.decision === 'explicitDeny') return 'explicitDeny';
  return boundary && boundary.decision !== 'allowed' ? 'implicitDeny' : identity.decision;
}

function statementXml({ policy, statementIndex }: MatchedStatement): XmlValue {
  const { start, end } = locateJson(policy.text, ['Statement', statementIndex]);
  return {
    SourcePolicyId: policy.sourceId,
    SourcePolicyType: 'IAM Policy',
    StartPosition: { Line: start.line, Column: start.column },
    EndPosition: { Line: end.line, Column: end.column },
  };
}

function invalidInput(message: string): QueryFailure {
  return new QueryFailure('InvalidInput', 400, message);
}
