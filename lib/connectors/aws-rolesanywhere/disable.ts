// Switching profiles and trust anchors off and on; a subject's certificate is a task for whoever issued it.
import type { RemovalReceipt, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { ObservedState, PreImage } from '../../domain/removal/pre-image.ts';
import { openTask, preImageOf, taskIdOf } from '../aws/acts.ts';
import type { Caller } from '../aws/session.ts';
import type { Anywhere } from './anywhere.ts';
import { manifest } from './manifest.ts';
import { worksWith } from './own-profile.ts';
import { parseTargetState, type SwitchState } from './target-state.ts';

/** What switching works with. */
export interface SwitchParts {
  readonly anywhere: Anywhere;
  readonly caller: () => Promise<Caller>;
}

/** Switches off what `state` describes. @throws RefusedError PROTECTED, NOT_FOUND */
export async function disableTarget(
  parts: SwitchParts,
  target: RemovalTarget,
  state: ObservedState,
): Promise<RemovalReceipt> {
  const before = parseTargetState(state.detail);
  if (before.target === 'subject') return openTask(manifest.id, target, state);
  const preImage = preImageOf(manifest.id, state);
  const isOn = await isEnabled(parts.anywhere, before);
  if (isOn === undefined) throw gone(before, 'it cannot be switched off');
  if (!isOn) return { preImage, changed: false, evidence: ['already disabled'] };
  await refuseOurOwn(parts, before);
  const request = await parts.anywhere.setEnabled(before.region, before.target, before.id, false);
  return { preImage, changed: true, evidence: [request] };
}

/** Switches on again what was on; what was off before stays off. @throws RefusedError NOT_FOUND */
export async function restoreTarget(
  { anywhere }: SwitchParts,
  target: RemovalTarget,
  preImage: PreImage,
): Promise<{ readonly evidence: readonly string[] }> {
  const before = parseTargetState(preImage.detail);
  if (before.target === 'subject') return { evidence: [taskIdOf('restore', target)] };
  const isOn = await isEnabled(anywhere, before);
  if (isOn === undefined) throw gone(before, 'it was deleted and cannot be restored');
  if (isOn || !before.enabled) return { evidence: ['already as before'] };
  return { evidence: [await anywhere.setEnabled(before.region, before.target, before.id, true)] };
}

/** @throws RefusedError NOT_SUPPORTED always: it stays disabled, and in quarantine */
export function removeTarget({ identityId }: RemovalTarget): never {
  const message = `${identityId} is left disabled: it is deleted where it is defined`;
  throw new RefusedError({ code: 'NOT_SUPPORTED', message });
}

/** Whether it is on now; undefined when it is gone. */
export async function isEnabled(
  anywhere: Anywhere,
  { id, region, target }: SwitchState,
): Promise<boolean | undefined> {
  const live =
    target === 'profile' ? await anywhere.profile(region, id) : await anywhere.trustAnchor(region, id);
  return live?.enabled;
}

async function refuseOurOwn({ anywhere, caller }: SwitchParts, before: SwitchState): Promise<void> {
  if (before.target !== 'profile') return;
  const profile = await anywhere.profile(before.region, before.id);
  if (!profile || !worksWith(profile, (await caller()).arn)) return;
  const message = `profile ${profile.name} is protected: Countersign itself works as a role of it`;
  throw new RefusedError({ code: 'PROTECTED', message });
}

function gone({ id, region, target }: SwitchState, consequence: string): RefusedError {
  const message = `${target} ${id} in ${region} no longer exists: ${consequence}`;
  return new RefusedError({ code: 'NOT_FOUND', message });
}
