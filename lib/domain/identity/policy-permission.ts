// What a set of statements lets a principal do: allowed by one, not denied by any, within the boundary.
import type { Instant } from '../time.ts';
import type { PolicyStatement } from './policy-document.ts';
import { coversAction, coversResource, isDead } from './policy-match.ts';

/** Who the statements speak for, and what is known of its surroundings. */
export interface Principal {
  readonly arn: string;
  /** Customer-managed policies attached to it or its groups: rewriting one of these changes its own rights. */
  readonly attachedPolicyArns: readonly string[];
  /** Groups it is in. */
  readonly groupNames: readonly string[];
}

/** Parsed policies of one principal. */
export interface PermissionSet {
  readonly principal: Principal;
  readonly statements: readonly PolicyStatement[];
  /** Undefined: no boundary. `unreadable`: there is one, but what it allows is unknown. */
  readonly boundary: readonly PolicyStatement[] | 'unreadable' | undefined;
  readonly asOf: Instant;
}

/** The statement that allows `action` on `resource`, unless it is denied without condition or outside the boundary. */
export function allowing(set: PermissionSet, action: string, resource: string): PolicyStatement | undefined {
  if (denying(set, action, resource)) return undefined;
  const { boundary } = set;
  if (Array.isArray(boundary) && !allowStatement(set, boundary, action, resource)) return undefined;
  return allowStatement(set, set.statements, action, resource);
}

/** The unconditional Deny that takes `action` on `resource` away, in the policies or in the boundary. */
export function denying(set: PermissionSet, action: string, resource: string): PolicyStatement | undefined {
  const boundary = Array.isArray(set.boundary) ? set.boundary : [];
  return [...set.statements, ...boundary].find(
    (statement) =>
      statement.effect === 'Deny' &&
      // A conditional Deny (no MFA, wrong region, …) can be avoided by meeting its terms: it proves nothing.
      statement.conditions.length === 0 &&
      speaksOf(set, statement, action, resource),
  );
}

/** Whether `action` is allowed on at least one of the resources its statements name. */
export function allowedSomewhere(set: PermissionSet, action: string): boolean {
  return set.statements.some(
    (statement) =>
      statement.effect === 'Allow' &&
      coversAction(statement, action) &&
      (statement.notResources ? ['*'] : statement.resources).some(
        (resource) => allowing(set, action, resource) !== undefined,
      ),
  );
}

function allowStatement(
  set: PermissionSet,
  statements: readonly PolicyStatement[],
  action: string,
  resource: string,
): PolicyStatement | undefined {
  return statements.find(
    (statement) =>
      statement.effect === 'Allow' &&
      speaksOf(set, statement, action, resource) &&
      !isDead(statement, set.asOf),
  );
}

function speaksOf(set: PermissionSet, statement: PolicyStatement, action: string, resource: string): boolean {
  return coversAction(statement, action) && coversResource(statement, resource, ownNameOf(set.principal.arn));
}

/** The principal's own user name: what `${aws:username}` stands for. Undefined for roles, which have none. */
function ownNameOf(arn: string): string | undefined {
  return arn.includes(':user/') ? arn.slice(arn.lastIndexOf('/') + 1) : undefined;
}
