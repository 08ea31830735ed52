// Reads one target's present state from the automation.
import type { Located, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { LastUse } from '../../domain/identity/credential.ts';
import type { ObservedState } from '../../domain/removal/pre-image.ts';
import type { Instant } from '../../domain/time.ts';
import { type Automation, notDone } from './automation.ts';
import { plainText } from './plain-text.ts';
import type { LookReply, TargetState } from './schema.ts';

/** What one look found, with what only the automation understands. */
export type Seen =
  | { readonly found: 'one'; readonly target: TargetState }
  | { readonly found: 'vanished' | 'ambiguous'; readonly reason: string };

/** Looks at the target. @throws UpstreamError or RefusedError when the automation does not say how it stands */
export async function seeTarget(automation: Automation, target: RemovalTarget): Promise<Seen> {
  const reply: LookReply = await automation.look('locate', target);
  if (reply.status !== 'done') throw notDone('locate', reply);
  if (reply.found === 'one') return { found: 'one', target: reply.target };
  const said = plainText(reply.reason);
  return {
    found: reply.found,
    reason: `the automation says ${reply.found}${said === '' ? '' : `: ${said}`}`,
  };
}

/** The target's exact state now. @throws RefusedError NOT_FOUND when the identity has no such credential */
export async function locateTarget(
  automation: Automation,
  target: RemovalTarget,
  observedAt: Instant,
): Promise<Located> {
  refuseUnknownCredential(target);
  const seen = await seeTarget(automation, target);
  return seen.found === 'one' ? { found: 'one', state: observed(target, seen.target, observedAt) } : seen;
}

/** The state as removals keep it: what `restore` needs is the automation's own text, byte for byte. */
function observed(
  { credentialId, reviewed }: RemovalTarget,
  state: TargetState,
  observedAt: Instant,
): ObservedState {
  const whole = `${reviewed.kind} ${reviewed.nativeId} in ${reviewed.scope}`;
  return {
    label: credentialId === undefined ? whole : `${credentialId} of ${whole}`,
    enabled: state.enabled,
    lastUse: lastUseOf(state.lastUsedAt, reviewed.scope),
    observedAt,
    detail: { state: state.state },
  };
}

/** What the automation says of use; saying nothing is not saying never. */
export function lastUseOf(lastUsedAt: Instant | 'never' | undefined, system: string): LastUse {
  const source = `the automation of ${system}`;
  if (lastUsedAt === undefined) return { state: 'unknown', lookedIn: [source] };
  return lastUsedAt === 'never' ? { state: 'never', source } : { state: 'used', at: lastUsedAt, source };
}

function refuseUnknownCredential({ credentialId, identityId, reviewed }: RemovalTarget): void {
  if (credentialId === undefined) return;
  if (reviewed.credentials.some((each) => each.credentialId === credentialId)) return;
  throw new RefusedError({ code: 'NOT_FOUND', message: `${identityId} has no credential ${credentialId}` });
}
