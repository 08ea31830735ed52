// Identity-based policy evaluation: an explicit deny wins, then an allow, then the implicit deny.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
import type { Account } from './account.ts';
import type { PolicyBearer, Role, User } from './entities.ts';
import { evaluateConditions, type RequestContext } from './policy-conditions.ts';
import { matchesGlob, type PolicyStatement, parsePolicyDocument } from './policy-document.ts';

/** A policy whose document is known. */
export interface KnownPolicy {
  /** As SimulatePrincipalPolicy names it, for example `role_deployer_inline`. */
  readonly sourceId: string;
  readonly text: string;
}

/** What a request asks. */
export interface AccessQuestion {
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
}

/** A statement that decided, and where in its document it stands. */
export interface MatchedStatement {
  readonly policy: KnownPolicy;
  readonly statementIndex: number;
}

/** The answer, with the statements that led to it. */
export interface AccessDecision {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  readonly matched: readonly MatchedStatement[];
  readonly missingKeys: readonly string[];
}

/** Evaluates one question over policies. A document that does not parse grants nothing and denies nothing. */
export function evaluatePolicies(policies: readonly KnownPolicy[], question: AccessQuestion): AccessDecision {
  const allows: MatchedStatement[] = [];
  const denies: MatchedStatement[] = [];
  const missing = new Set<string>();
  for (const policy of policies) {
    const statements = parsePolicyDocument(policy.text)?.Statement ?? [];
    for (const [statementIndex, statement] of statements.entries()) {
      if (!coversAction(statement, question.action) || !coversResource(statement, question)) continue;
      const { holds, missingKeys } = evaluateConditions(statement.Condition, question.context);
      for (const key of missingKeys) missing.add(key);
      if (holds) (statement.Effect === 'Deny' ? denies : allows).push({ policy, statementIndex });
    }
  }
  const missingKeys = [...missing];
  if (denies.length > 0) return { decision: 'explicitDeny', matched: denies, missingKeys };
  if (allows.length > 0) return { decision: 'allowed', matched: allows, missingKeys };
  return { decision: 'implicitDeny', matched: [], missingKeys };
}

/** The identity policies of a user (groups included) or role whose documents the account knows. */
export function policiesOf(account: Account, principal: User | Role): KnownPolicy[] {
  if (!('groups' in principal)) return bearerPolicies(account, 'role', principal);
  const groups = principal.groups.flatMap((name) => account.group(name) ?? []);
  return [
    ...bearerPolicies(account, 'user', principal),
    ...groups.flatMap((group) => bearerPolicies(account, 'group', group)),
  ];
}

/** The document of a managed policy's default version; undefined when the account does not have it. */
export function managedPolicyText(account: Account, arn: string): string | undefined {
  const policy = account.seed.policies.find((candidate) => candidate.arn === arn);
  const version =
    policy?.versions.find(({ versionId }) => versionId === policy.defaultVersionId) ??
    policy?.versions.find(({ isDefault }) => isDefault);
  return version?.document;
}

function bearerPolicies(account: Account, kind: string, bearer: PolicyBearer): KnownPolicy[] {
  const inline = [...bearer.inlinePolicies].map(([name, text]) => ({
    sourceId: `${kind}_${bearer.name}_${name}`,
    text,
  }));
  const managed = bearer.attachedPolicies.flatMap(({ policyName, policyArn }) => {
    const text = managedPolicyText(account, policyArn);
    return text === undefined ? [] : [{ sourceId: policyName, text }];
  });
  return [...inline, ...managed];
}

function coversAction(statement: PolicyStatement, action: string): boolean {
  const matches = (pattern: string): boolean => matchesGlob(pattern.toLowerCase(), action.toLowerCase());
  if (statement.Action) return statement.Action.some(matches);
  return !(statement.NotAction ?? []).some(matches);
}

function coversResource(statement: PolicyStatement, question: AccessQuestion): boolean {
  const matches = (pattern: string): boolean =>
    matchesGlob(withVariables(pattern, question.context), question.resource);
  if (statement.Resource) return statement.Resource.some(matches);
  return statement.NotResource !== undefined && !statement.NotResource.some(matches);
}

/** `${aws:username}` and the like; one without a value stays as it is and so matches nothing. */
function withVariables(pattern: string, context: RequestContext): string {
  return pattern.replace(
    /\$\{([^},]+)\}/g,
    (whole, key: string) => context.get(key.toLowerCase())?.[0] ?? whole,
  );
}
