// How well a switch-off is known to hold: as far as the automation's signed word goes, which is `confirmed` at most.
import type { RemovalTarget, VerificationResult } from '../../application/ports/connector.ts';
import type { Instant } from '../../domain/time.ts';
import type { Automation } from './automation.ts';
import { quoted } from './plain-text.ts';
import type { NotDone, TargetState } from './schema.ts';

/** Has the automation read the target back. @throws UpstreamError when it cannot be asked, or its reply cannot be trusted */
export async function verifyTarget(
  automation: Automation,
  target: RemovalTarget,
  disabledAt: Instant,
): Promise<VerificationResult> {
  const reply = await automation.look('verify', target);
  if (reply.status !== 'done') return result('unchecked', [untold(reply)]);
  if (reply.found === 'one') return judged(reply.target, disabledAt);
  const said = `the automation says ${reply.found}: ${quoted(reply.reason)}`;
  return result(reply.found === 'vanished' ? 'confirmed' : 'unchecked', [said]);
}

function judged({ enabled, revision, lastUsedAt }: TargetState, disabledAt: Instant): VerificationResult {
  const at = `at revision ${quoted(revision)}`;
  if (enabled) return { ...result('failed', [`the automation reads it on, ${at}`]), drifted: true };
  const readBack = `the automation reads it off, ${at}; its signed word, no attempt was made`;
  if (lastUsedAt === undefined) return result('confirmed', [readBack, 'later use was not told']);
  if (lastUsedAt === 'never') return result('confirmed', [readBack, 'it records no use']);
  if (lastUsedAt > disabledAt) {
    return result('failed', [readBack, `but it records a use at ${lastUsedAt}, after the switch-off`]);
  }
  return result('confirmed', [readBack, `it records no use after ${lastUsedAt}`]);
}

function untold({ status, reason }: NotDone): string {
  return `nothing was read back: the automation answers ${status} (${quoted(reason)})`;
}

/** When sessions end is not known here: the automation's system may have none, or forget none. */
function result(level: VerificationResult['level'], reasons: readonly string[]): VerificationResult {
  return { level, reasons, sessionsMayLiveUntil: undefined, drifted: false };
}
