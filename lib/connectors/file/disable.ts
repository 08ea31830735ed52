// Nothing is switched off from here: each act becomes a task for a person, named so that it is the same task every time.
import { createHash } from 'node:crypto';
import type { RemovalReceipt, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { ObservedState, PreImage } from '../../domain/removal/pre-image.ts';
import { manifest } from './manifest.ts';

/** What a person is asked to do. */
export type TaskVerb = 'disable' | 'restore' | 'remove';

/** Id of the manual task: the same for the same act on the same target, so a rerun opens no second one. */
export function taskIdOf(verb: TaskVerb, { identityId, credentialId }: RemovalTarget): string {
  const hash = createHash('sha256').update(JSON.stringify([verb, identityId, credentialId ?? null]));
  return `manual-task-${hash.digest('hex').slice(0, 24)}`;
}

/** Opens the task. Nothing changed yet, and the receipt says so. @throws RefusedError PROTECTED */
export function disableTarget(target: RemovalTarget, state: ObservedState): RemovalReceipt {
  refuseProtected(target);
  const preImage: PreImage = {
    connector: manifest.id,
    label: state.label,
    wasEnabled: state.enabled,
    takenAt: state.observedAt,
    detail: state.detail,
  };
  return { preImage, changed: false, evidence: [taskIdOf('disable', target)] };
}

/** @throws RefusedError PROTECTED */
export function refuseProtected({ identityId, reviewed }: RemovalTarget): void {
  if (!reviewed.protection.protected) return;
  throw new RefusedError({
    code: 'PROTECTED',
    message: `${identityId} is protected: ${reviewed.protection.reason}`,
  });
}
