// Does a statement speak of this action on this resource? IAM's wildcards, NotAction, NotResource and dead conditions.
import { type Instant, parseInstant } from '../time.ts';
import type { PolicyCondition, PolicyStatement } from './policy-document.ts';

/**
 * Matches IAM's `*` (any run) and `?` (one character). Two pointers, no regular expression:
 * patterns are attacker-controlled and must not be able to make us backtrack without end.
 */
export function globMatches(pattern: string, text: string): boolean {
  let at = 0;
  let read = 0;
  let star = -1;
  let resumed = 0;
  while (read < text.length) {
    if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[read]) && pattern[at] !== '*') {
      at += 1;
      read += 1;
    } else if (pattern[at] === '*') {
      star = at;
      resumed = read;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      resumed += 1;
      read = resumed;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** Whether the statement's Action or NotAction covers `action` (`service:Operation`, compared without case). */
export function coversAction(statement: PolicyStatement, action: string): boolean {
  const wanted = action.toLowerCase();
  const hit = (pattern: string): boolean => globMatches(pattern.toLowerCase(), wanted);
  if (statement.notActions) return !statement.notActions.some(hit);
  return statement.actions.some(hit);
}

/** Whether the statement's Resource or NotResource covers the ARN. `${aws:username}` stands for the principal's own name. */
export function coversResource(
  statement: PolicyStatement,
  arn: string,
  ownName: string | undefined,
): boolean {
  const hit = (pattern: string): boolean => globMatches(resolveOwnName(pattern, ownName), arn);
  if (statement.notResources) return !statement.notResources.some(hit);
  return statement.resources.some(hit);
}

function resolveOwnName(pattern: string, ownName: string | undefined): string {
  return ownName === undefined ? pattern : pattern.replaceAll(/\$\{aws:username\}/gi, ownName);
}

/**
 * Whether the conditions can never hold any more: a latest date for now or for the session's issue time that lies
 * before `asOf`. Any other condition is taken as satisfiable.
 */
export function isDead(statement: PolicyStatement, asOf: Instant): boolean {
  return statement.conditions.some((condition) => datePassed(condition, asOf));
}

function datePassed(condition: PolicyCondition, asOf: Instant): boolean {
  if (!/^DateLessThan(Equals)?$/i.test(condition.operator)) return false;
  if (!/^aws:(CurrentTime|TokenIssueTime)$/i.test(condition.key)) return false;
  return condition.values.every((value) => {
    const limit = parseInstant(value);
    return limit !== undefined && limit < asOf;
  });
}

/** A condition in a few words, at most 200 characters. */
export function describeCondition(condition: PolicyCondition): string {
  const text = `${condition.operator} ${condition.key} = ${condition.values.join('|')}`;
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
