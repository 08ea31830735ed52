// Who may assume a role, out of its trust policy: resolved principals, outsiders, open OIDC subjects.
import type { TrustedPrincipal } from './entitlement.ts';
import { type AttachedPolicy, type PolicyStatement, parsePolicy } from './policy-document.ts';
import { coversAction, describeCondition } from './policy-match.ts';

const ASSUMING = ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'];

/**
 * Resolves a role's trust policy (`AssumeRolePolicyDocument`: object, JSON or URL-encoded JSON).
 * An unreadable one yields a single principal that says so, because "nobody" would be a lie.
 */
export function trustedPrincipals(document: unknown, account: string): TrustedPrincipal[] {
  const policy: AttachedPolicy = { name: 'trust policy', via: 'inline', document };
  const parsed = parsePolicy(policy);
  if (!parsed.readable) {
    return [{ principal: `unknown: ${parsed.reason}`, external: false, wildcard: false, conditions: [] }];
  }
  const assuming = parsed.statements.filter((statement) =>
    ASSUMING.some((action) => coversAction(statement, action)),
  );
  if (assuming.some(deniesEveryone)) return [];
  return assuming.filter(({ effect }) => effect === 'Allow').flatMap((each) => principalsOf(each, account));
}

/** Whether every way in is a short-lived federated session: OIDC or SAML, no long-lived principal. */
export function isFederatedOnly(trust: readonly TrustedPrincipal[]): boolean {
  return trust.length > 0 && trust.every(({ principal }) => principal.startsWith('Federated:'));
}

function deniesEveryone(statement: PolicyStatement): boolean {
  return (
    statement.effect === 'Deny' &&
    statement.conditions.length === 0 &&
    entriesOf(statement.principal).some(([, value]) => value === '*')
  );
}

function principalsOf(statement: PolicyStatement, account: string): TrustedPrincipal[] {
  const conditions = statement.conditions.map(describeCondition);
  if (statement.notPrincipal !== undefined) {
    return [{ principal: 'AWS:* (NotPrincipal)', external: true, wildcard: true, conditions }];
  }
  return entriesOf(statement.principal).map(([type, value]) => ({
    ...describePrincipal(type, value, account, statement),
    conditions,
  }));
}

/** `Principal` is `"*"`, or a map from type to one or many values. */
function entriesOf(principal: unknown): (readonly [type: string, value: string])[] {
  if (typeof principal === 'string') return [['AWS', principal]];
  if (typeof principal !== 'object' || principal === null) return [];
  return Object.entries(principal).flatMap(([type, values]) =>
    (Array.isArray(values) ? values : [values])
      .filter((value) => typeof value === 'string')
      .map((value) => [type, value] as const),
  );
}

function describePrincipal(
  type: string,
  value: string,
  account: string,
  statement: PolicyStatement,
): Omit<TrustedPrincipal, 'conditions'> {
  if (type === 'Service')
    return { principal: `Service:${value}`, external: false, wildcard: value.includes('*') };
  if (type === 'Federated') return describeFederated(value, statement);
  const of = accountOf(value);
  // A bare AIDA…/AROA… id is what IAM leaves behind when the principal was deleted: nobody can be it again.
  const deleted = /^A[A-Z0-9]{15,}$/.test(value);
  return {
    principal: `${type}:${value}${deleted ? ' (deleted principal)' : ''}`,
    external: !deleted && of !== account,
    wildcard: value.includes('*'),
  };
}

function accountOf(value: string): string | undefined {
  if (/^\d{12}$/.test(value)) return value;
  return value.startsWith('arn:') ? value.split(':')[4] : undefined;
}

function describeFederated(value: string, statement: PolicyStatement): Omit<TrustedPrincipal, 'conditions'> {
  const saml = value.includes(':saml-provider/');
  const issuer = value.includes('oidc-provider/') ? value.slice(value.indexOf('oidc-provider/') + 14) : value;
  if (saml) return { principal: `Federated:${value}`, external: false, wildcard: value.includes('*') };
  const ownCluster = /^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\//.test(issuer);
  return {
    principal: `Federated:${issuer}`,
    external: !ownCluster && issuer !== 'cognito-identity.amazonaws.com',
    wildcard: value.includes('*') || !pinsSubject(issuer, statement),
  };
}

/**
 * Whether a condition pins the token's subject to exact values. No subject condition, a `StringLike` with a wildcard,
 * a negated operator or `ForAllValues` (true for an absent key) leave it open.
 */
function pinsSubject(issuer: string, statement: PolicyStatement): boolean {
  const host = issuer.toLowerCase();
  return statement.conditions.some(({ operator, key, values }) => {
    const name = key.toLowerCase();
    if (name !== `${host}:sub` && !(host.startsWith('cognito-identity') && name === `${host}:aud`))
      return false;
    const bare = operator.replace(/^ForAnyValue:/i, '').toLowerCase();
    if (bare === 'stringequals' || bare === 'stringequalsignorecase') return true;
    return bare === 'stringlike' && values.every((value) => !/[*?]/.test(value));
  });
}
