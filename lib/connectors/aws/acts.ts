// Pieces of acting that are the same whatever is acted on: what is remembered, what is refused, tasks for people.
import { createHash } from 'node:crypto';
import type { RemovalReceipt, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { Credential } from '../../domain/identity/credential.ts';
import type { ObservedState, PreImage } from '../../domain/removal/pre-image.ts';

/** The pre-image is what was located, not what is found while acting: a repeated act still restores the first state. */
export function preImageOf(
  connector: string,
  { detail, enabled, label, observedAt }: ObservedState,
): PreImage {
  return { connector, label, wasEnabled: enabled, takenAt: observedAt, detail };
}

/** @throws RefusedError PROTECTED with the reason the reviewer was shown. */
export function refuseProtected({ identityId, reviewed }: RemovalTarget): void {
  if (!reviewed.protection.protected) return;
  const message = `${identityId} is protected: ${reviewed.protection.reason}`;
  throw new RefusedError({ code: 'PROTECTED', message });
}

/** The credential meant; undefined for the identity as a whole. @throws RefusedError NOT_FOUND when it has none of that id. */
export function chosenCredential({
  credentialId,
  identityId,
  reviewed,
}: RemovalTarget): Credential | undefined {
  if (credentialId === undefined) return undefined;
  const found = reviewed.credentials.find((each) => each.credentialId === credentialId);
  if (found) return found;
  throw new RefusedError({ code: 'NOT_FOUND', message: `${identityId} has no credential ${credentialId}` });
}

/** What a person is asked to do. */
export type TaskVerb = 'disable' | 'restore' | 'remove';

/** Id of the manual task: the same for the same act on the same target, so a rerun opens no second one. */
export function taskIdOf(verb: TaskVerb, { identityId, credentialId }: RemovalTarget): string {
  const hash = createHash('sha256').update(JSON.stringify([verb, identityId, credentialId ?? null]));
  return `manual-task-${hash.digest('hex').slice(0, 24)}`;
}

/** Opens a task instead of acting. Nothing changed yet, and the receipt says so. @throws RefusedError PROTECTED */
export function openTask(connector: string, target: RemovalTarget, state: ObservedState): RemovalReceipt {
  refuseProtected(target);
  return {
    preImage: preImageOf(connector, state),
    changed: false,
    evidence: [taskIdOf('disable', target)],
  };
}
