// What this connector can know of a switch-off done by hand: nothing, until a person confirms.
import type { RemovalTarget, VerificationResult } from '../../application/ports/connector.ts';
import { taskIdOf } from './disable.ts';

/** Always unchecked: a changed file shows what somebody wrote, not what the system does. */
export function verifyTarget(target: RemovalTarget): VerificationResult {
  return {
    level: 'unchecked',
    reasons: [`nobody has confirmed ${taskIdOf('disable', target)} yet`],
    sessionsMayLiveUntil: undefined,
    drifted: false,
  };
}
