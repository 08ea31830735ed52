// Switches off, restores, deletes: each looks first, asks for what is missing, and looks again. A reply that says `done`
// is believed only when the state read back afterwards says so too.
import * as z from 'zod';
import type { RemovalReceipt, RemovalTarget } from '../../application/ports/connector.ts';
import { IntegrityError, RefusedError } from '../../domain/errors.ts';
import type { ObservedState, PreImage } from '../../domain/removal/pre-image.ts';
import { type Automation, again, upstream } from './automation.ts';
import { type Seen, seeTarget } from './locate.ts';
import { manifest } from './manifest.ts';
import type { TargetState } from './schema.ts';

const Detail = z.object({ state: z.string() });

/**
 * Switches the target off. The pre-image is what `locate` found.
 * @throws RefusedError PROTECTED, or STALE_SNAPSHOT when it changed since `locate`; UpstreamError
 */
export async function disableTarget(
  automation: Automation,
  target: RemovalTarget,
  state: ObservedState,
): Promise<RemovalReceipt> {
  refuseProtected(target);
  const preImage: PreImage = {
    connector: manifest.id,
    label: state.label,
    wasEnabled: state.enabled,
    takenAt: state.observedAt,
    detail: state.detail,
  };
  const before = present(await seeTarget(automation, target), 'disable');
  if (!before.enabled) return { preImage, changed: false, evidence: [`off at revision ${before.revision}`] };
  if (before.state !== stateIn(state.detail)) {
    const message = `disable: ${state.label} changed after its state was kept; look at it again`;
    throw new RefusedError({ code: 'STALE_SNAPSHOT', message });
  }
  const evidence = await automation.change('disable', target, before);
  const after = await seeTarget(automation, target);
  if (after.found !== 'one')
    throw upstream('REJECTED', `disable: said done, but ${after.reason}; look at it by hand`);
  if (after.target.enabled) throw again('NOT_READY', 'disable: said done, but its state still reads on');
  return { preImage, changed: true, evidence };
}

/** Puts back exactly what was there. @throws UpstreamError, also when it says done and the state reads differently */
export async function restoreTarget(
  automation: Automation,
  target: RemovalTarget,
  preImage: PreImage,
): Promise<{ readonly evidence: readonly string[] }> {
  const restoreTo = { enabled: preImage.wasEnabled, state: stateIn(preImage.detail) };
  const isAsBefore = (seen: TargetState) =>
    seen.enabled === restoreTo.enabled && seen.state === restoreTo.state;
  const now = present(await seeTarget(automation, target), 'restore');
  if (isAsBefore(now)) return { evidence: [`as before at revision ${now.revision}`] };
  const evidence = await automation.change('restore', target, { revision: now.revision, restoreTo });
  if (!isAsBefore(present(await seeTarget(automation, target), 'restore'))) {
    throw again('NOT_READY', 'restore: said done, but its state does not read as it was');
  }
  return { evidence };
}

/** Deletes for good. @throws RefusedError PROTECTED, STALE_SNAPSHOT when it is on again; UpstreamError */
export async function removeTarget(
  automation: Automation,
  target: RemovalTarget,
): Promise<{ readonly evidence: readonly string[] }> {
  refuseProtected(target);
  const before = await seeTarget(automation, target);
  if (before.found === 'vanished') return { evidence: [before.reason] };
  const { enabled, revision } = present(before, 'remove');
  if (enabled) {
    const message = `remove: ${target.identityId} is on; only what is off is deleted`;
    throw new RefusedError({ code: 'STALE_SNAPSHOT', message });
  }
  const evidence = await automation.change('remove', target, { revision });
  const after = await seeTarget(automation, target);
  if (after.found !== 'vanished') throw again('NOT_READY', 'remove: said done, but it can still be read');
  return { evidence };
}

function present(seen: Seen, act: 'disable' | 'restore' | 'remove'): TargetState {
  if (seen.found === 'one') return seen.target;
  throw upstream(seen.found === 'vanished' ? 'NOT_FOUND' : 'REJECTED', `${act}: ${seen.reason}`);
}

/** The automation's own text in a stored state. @throws IntegrityError CORRUPT_RECORD */
function stateIn(detail: ObservedState['detail']): string {
  const parsed = Detail.safeParse(detail);
  if (parsed.success) return parsed.data.state;
  throw new IntegrityError({
    code: 'CORRUPT_RECORD',
    message: 'A webhook removal has no state to put back.',
  });
}

function refuseProtected({ identityId, reviewed }: RemovalTarget): void {
  if (!reviewed.protection.protected) return;
  throw new RefusedError({
    code: 'PROTECTED',
    message: `${identityId} is protected: ${reviewed.protection.reason}`,
  });
}
