// Would one logged call still be allowed with fewer rights? What policies do not settle is unknown, never "allowed".
import type { PolicyStatement } from '../identity/policy-document.ts';
import { coversAction } from '../identity/policy-match.ts';
import { allowedSomewhere, allowing, type PermissionSet } from '../identity/policy-permission.ts';
import type { LoggedUse } from './event.ts';

/** A permission as policies name it: `service:Operation`. */
const ACTION = /^[a-z0-9-]+:[A-Z]\w*$/;

/** Rights before and after a reduction, of the same principal. */
export interface Reduction {
  readonly before: PermissionSet;
  readonly after: PermissionSet;
}

/**
 * What becomes of a call that went through. Logs name operations, policies name permissions, and they are not always the
 * same word: a call that the rights before do not allow was made under another name, or by another policy, and is unknown.
 */
export function judgeReduction(
  { action, resource }: LoggedUse,
  { before, after }: Reduction,
): 'kept' | 'refused' | 'unknown' {
  if (!ACTION.test(action) || after.boundary === 'unreadable') return 'unknown';
  const where = resource ?? '*';
  const allowed = allowing(before, action, where);
  if (!allowed && !(resource === undefined && allowedSomewhere(before, action))) return 'unknown';
  const still = allowing(after, action, where);
  if (!still) {
    // It was on some resource, and some are still allowed.
    return resource === undefined && allowedSomewhere(after, action) ? 'unknown' : 'refused';
  }
  const asBefore = allowed !== undefined && isSameStatement(allowed, still);
  if (still.conditions.length > 0 && !asBefore) return 'unknown';
  return deniesAnew(action, before, after) ? 'unknown' : 'kept';
}

/** A Deny with conditions that was not there before: whether its terms were met cannot be told. */
function deniesAnew(action: string, before: PermissionSet, after: PermissionSet): boolean {
  const old = before.statements;
  return after.statements.some(
    (statement) =>
      statement.effect === 'Deny' &&
      statement.conditions.length > 0 &&
      coversAction(statement, action) &&
      !old.some((one) => isSameStatement(one, statement)),
  );
}

function isSameStatement(one: PolicyStatement, other: PolicyStatement): boolean {
  return JSON.stringify(termsOf(one)) === JSON.stringify(termsOf(other));
}

function termsOf({ effect, actions, notActions, resources, notResources, conditions }: PolicyStatement) {
  return [effect, actions, notActions, resources, notResources, conditions];
}
