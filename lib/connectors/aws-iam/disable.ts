// Switching off, back on, and deleting. Everything is idempotent; the pre-image is what was located first.
import type { RemovalReceipt, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError, UpstreamError } from '../../domain/errors.ts';
import type { ObservedState, PreImage } from '../../domain/removal/pre-image.ts';
import type { Instant } from '../../domain/time.ts';
import { CONNECTOR_ID } from './identity-parts.ts';
import { deniesEverything, type RoleSwitch } from './role-switch.ts';
import { type ListedCredential, parseTargetState, type UserState } from './target-state.ts';
import type { UserCredentials } from './user-credentials.ts';

/** What switching works with. */
export interface SwitchParts {
  readonly credentials: UserCredentials;
  readonly roles: RoleSwitch;
  readonly now: () => Instant;
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
    if (deniesEverything(await parts.roles.readPolicy(detail.role))) {
      return { preImage, changed: false, evidence: ['already denied everything'] };
    }
    return { preImage, changed: true, evidence: [await parts.roles.switchOff(detail.role)] };
  }
  const evidence: string[] = [];
  for (const { live } of await pairUp(parts, detail, 'Active')) {
    if (!live) throw gone(detail, 'it cannot be switched off');
    if (live.status === 'Active')
      evidence.push(await parts.credentials.setStatus(detail.user, live, 'Inactive'));
  }
  const changed = evidence.length > 0;
  return { preImage, changed, evidence: changed ? evidence : ['already not active'] };
}

/** Puts back exactly what was switched off: what was inactive before stays inactive. */
export async function restoreTarget(parts: SwitchParts, preImage: PreImage): Promise<Evidence> {
  const detail = parseTargetState(preImage.detail);
  if (detail.target === 'role') {
    const now = await parts.roles.readPolicy(detail.role);
    if (now === detail.priorPolicy) return { evidence: ['already as before'] };
    return { evidence: [await parts.roles.putBack(detail.role, detail.priorPolicy)] };
  }
  const evidence: string[] = [];
  for (const { live } of await pairUp(parts, detail, 'Active')) {
    if (!live) throw gone(detail, 'it was deleted and cannot be restored');
    if (live.status !== 'Active')
      evidence.push(await parts.credentials.setStatus(detail.user, live, 'Active'));
  }
  return { evidence: evidence.length > 0 ? evidence : ['already as before'] };
}

/**
 * Deletes the access keys of the pre-image for good; other credentials stay inactive (the manifest says so).
 * @throws RefusedError ILLEGAL_TRANSITION when one is active again: something depends on it.
 */
export async function removeTarget(parts: SwitchParts, preImage: PreImage): Promise<Evidence> {
  const detail = parseTargetState(preImage.detail);
  if (detail.target === 'role') {
    throw new RefusedError({ code: 'NOT_SUPPORTED', message: 'aws-iam: roles are deleted by hand' });
  }
  const pairs = await pairUp(parts, detail);
  const active = pairs.find(({ live }) => live?.status === 'Active')?.live;
  if (active) {
    throw new RefusedError({
      code: 'ILLEGAL_TRANSITION',
      message: `${active.type} ${active.id} of user ${detail.user} is active again and is not deleted`,
    });
  }
  const evidence: string[] = [];
  for (const { before, live } of pairs) {
    if (!live) evidence.push(`${before.type} ${before.id} was gone already`);
    else if (live.type !== 'access-key') evidence.push(`${live.type} ${live.id} left inactive`);
    else evidence.push(await parts.credentials.deleteAccessKey(detail.user, live.id));
  }
  return { evidence };
}

/** Each credential of the pre-image with what it is now, by its id. `was`: only those that had that status. */
export async function pairUp(
  { credentials }: Pick<SwitchParts, 'credentials'>,
  detail: UserState,
  was?: ListedCredential['status'],
): Promise<readonly { readonly before: ListedCredential; readonly live: ListedCredential | undefined }[]> {
  const wanted = detail.credentials.filter(({ status }) => was === undefined || status === was);
  const listed: ListedCredential[] = [];
  for (const type of new Set(wanted.map((each) => each.type))) {
    listed.push(...(await listOrNone(credentials, detail.user, type)));
  }
  return wanted.map((before) => ({
    before,
    live: listed.find(({ type, id }) => type === before.type && id === before.id),
  }));
}

/** A user that is gone has no credentials. */
async function listOrNone(
  credentials: UserCredentials,
  user: string,
  type: ListedCredential['type'],
): Promise<readonly ListedCredential[]> {
  try {
    return await credentials.list(user, type);
  } catch (error) {
    if (error instanceof UpstreamError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}

function gone(detail: UserState, consequence: string): RefusedError {
  return new RefusedError({
    code: 'NOT_FOUND',
    message: `a credential of user ${detail.user} no longer exists: ${consequence}`,
  });
}

/** @throws RefusedError PROTECTED for root, break-glass and Countersign's own. */
export function refuseProtected({ reviewed }: RemovalTarget): void {
  if (!reviewed.protection.protected && reviewed.kind !== 'root-account') return;
  const why = reviewed.protection.reason === '' ? 'it is the root user' : reviewed.protection.reason;
  throw new RefusedError({ code: 'PROTECTED', message: `${reviewed.identityId} is protected: ${why}` });
}
