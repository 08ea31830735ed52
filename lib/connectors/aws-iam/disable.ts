// Switching off, back on, and deleting. Everything is idempotent; the pre-image is what was located first.
import type { RemovalReceipt, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { ObservedState, PreImage } from '../../domain/removal/pre-image.ts';
import { CONNECTOR_ID } from './identity-parts.ts';
import { deniesEverything, type RoleSwitch } from './role-switch.ts';
import { parseTargetState, type RoleState } from './target-state.ts';
import { disableUser, removeUser, restoreUser, type UserSwitchParts } from './user-switch.ts';

/** What switching works with. */
export interface SwitchParts extends UserSwitchParts {
  readonly roles: RoleSwitch;
}

type Evidence = { readonly evidence: readonly string[] };

/**
 * Switches off what `state` describes. The pre-image is made from `state`, not from what is found now: whoever repeats
 * this after a crash passes the state recorded before the first try, and still gets what it takes to restore.
 */
export async function disableTarget(parts: SwitchParts, state: ObservedState): Promise<RemovalReceipt> {
  const detail = parseTargetState(state.detail);
  const preImage: PreImage = {
    connector: CONNECTOR_ID,
    label: state.label,
    wasEnabled: state.enabled,
    takenAt: state.observedAt,
    detail: state.detail,
  };
  if (detail.target === 'role') {
    await sameRole(parts, detail, 'it cannot be switched off');
    if (deniesEverything(await parts.roles.readPolicy(detail.role))) {
      return { preImage, changed: false, evidence: ['already denied everything'] };
    }
    return { preImage, changed: true, evidence: [await parts.roles.switchOff(detail.role)] };
  }
  const progress = await disableUser(parts, detail, state);
  const evidence = progress.evidence();
  return {
    preImage,
    changed: progress.changed(),
    evidence: evidence.length > 0 ? evidence : ['already not active'],
  };
}

/** Puts back exactly what was switched off: what was inactive before stays inactive. */
export async function restoreTarget(parts: SwitchParts, preImage: PreImage): Promise<Evidence> {
  const detail = parseTargetState(preImage.detail);
  if (detail.target === 'role') {
    await sameRole(parts, detail, 'it cannot be restored');
    const now = await parts.roles.readPolicy(detail.role);
    if (now === detail.priorPolicy) return { evidence: ['already as before'] };
    return { evidence: [await parts.roles.putBack(detail.role, detail.priorPolicy)] };
  }
  const evidence = (await restoreUser(parts, detail)).evidence();
  return { evidence: evidence.length > 0 ? evidence : ['already as before'] };
}

/** Deletes for good what can be. @throws RefusedError NOT_SUPPORTED for a role; ILLEGAL_TRANSITION when it is on again. */
export async function removeTarget(parts: SwitchParts, preImage: PreImage): Promise<Evidence> {
  const detail = parseTargetState(preImage.detail);
  if (detail.target === 'role') {
    throw new RefusedError({ code: 'NOT_SUPPORTED', message: 'aws-iam: roles are deleted by hand' });
  }
  return { evidence: (await removeUser(parts, detail)).evidence() };
}

/** A role of the same name may have been made since: its policies are nobody's business here. */
async function sameRole({ roles }: SwitchParts, detail: RoleState, consequence: string): Promise<void> {
  const live = await roles.find(detail.role);
  const { createdAt = live?.createdAt } = detail;
  if (live && live.arn === detail.arn && live.createdAt === createdAt) return;
  const what = live ? 'is another one of the same name now' : 'no longer exists';
  throw new RefusedError({ code: 'NOT_FOUND', message: `role ${detail.role} ${what}: ${consequence}` });
}

/** @throws RefusedError PROTECTED for root, break-glass and Countersign's own. */
export function refuseProtected({ reviewed }: RemovalTarget): void {
  if (!reviewed.protection.protected && reviewed.kind !== 'root-account') return;
  const why = reviewed.protection.reason === '' ? 'it is the root user' : reviewed.protection.reason;
  throw new RefusedError({ code: 'PROTECTED', message: `${reviewed.identityId} is protected: ${why}` });
}
