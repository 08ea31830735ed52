// Nothing is switched off from here: ACM cannot, and deleting takes the private key for good. A person does it.
import type { RemovalReceipt, RemovalTarget } from '../../application/ports/connector.ts';
import type { ObservedState, PreImage } from '../../domain/removal/pre-image.ts';
import { openTask, refuseProtected, type TaskVerb, taskIdOf } from '../aws/acts.ts';
import { parseCertificateState } from './locate.ts';
import { manifest } from './manifest.ts';

/** Opens the task. Its evidence names what the certificate is used by. @throws RefusedError PROTECTED */
export function disableTarget(target: RemovalTarget, state: ObservedState): RemovalReceipt {
  const { inUseBy } = parseCertificateState(state.detail);
  const receipt = openTask(manifest.id, target, state);
  return { ...receipt, evidence: [...receipt.evidence, ...inUseBy.map((user) => `in use by ${user}`)] };
}

/** Asks a person to put it back, or to delete it. @throws RefusedError PROTECTED for a deletion */
export function taskFor(
  verb: Exclude<TaskVerb, 'disable'>,
  target: RemovalTarget,
  preImage: PreImage,
): { readonly evidence: readonly string[] } {
  parseCertificateState(preImage.detail);
  if (verb === 'remove') refuseProtected(target);
  return { evidence: [taskIdOf(verb, target)] };
}
