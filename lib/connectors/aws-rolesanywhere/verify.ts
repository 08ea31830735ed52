// How well a switch-off is known to hold. Says what was seen, never more.
import type { VerificationResult } from '../../application/ports/connector.ts';
import type { PreImage } from '../../domain/removal/pre-image.ts';
import { type Instant, plusMs } from '../../domain/time.ts';
import type { Anywhere } from './anywhere.ts';
import { isEnabled } from './disable.ts';
import { certificatesOf } from './locate.ts';
import { parseTargetState, type SubjectState, type SwitchState } from './target-state.ts';

/** What verifying works with. */
export interface VerifyParts {
  readonly anywhere: Anywhere;
  readonly now: () => Instant;
}

/** Reads the target back. */
export async function verifyTarget(
  parts: VerifyParts,
  preImage: PreImage,
  disabledAt: Instant,
): Promise<VerificationResult> {
  const before = parseTargetState(preImage.detail);
  return before.target === 'subject' ? verifySubject(parts, before) : verifySwitch(parts, before, disabledAt);
}

async function verifySwitch(
  { anywhere, now }: VerifyParts,
  before: SwitchState,
  disabledAt: Instant,
): Promise<VerificationResult> {
  const name = `${before.target} ${before.id} in ${before.region}`;
  const isOn = await isEnabled(anywhere, before);
  const until = plusMs(disabledAt, before.longestSessionSeconds * 1000);
  const sessionsMayLiveUntil = before.enabled && until > now() ? until : undefined;
  if (isOn === true) {
    return { level: 'failed', reasons: [`${name} is enabled`], sessionsMayLiveUntil, drifted: true };
  }
  const reasons =
    isOn === undefined
      ? [`${name} no longer exists`]
      : [
          `${name} was read back disabled`,
          'no session was attempted: Countersign has no certificate of this authority',
          'other profiles and trust anchors may let the same workload in',
        ];
  return { level: 'confirmed', reasons, sessionsMayLiveUntil, drifted: false };
}

async function verifySubject(
  { anywhere }: VerifyParts,
  { certificates, id, region }: SubjectState,
): Promise<VerificationResult> {
  const result = (level: VerificationResult['level'], reason: string): VerificationResult => ({
    level,
    reasons: [reason],
    sessionsMayLiveUntil: undefined,
    drifted: false,
  });
  const subject = await anywhere.subject(region, id);
  if (!subject) {
    return result(
      'unchecked',
      `Roles Anywhere no longer knows subject ${id}: whether its certificate is let in is not known`,
    );
  }
  const wanted = new Set(certificates.map((each) => each.id));
  const now = certificatesOf(subject).filter((each) => wanted.has(each.id));
  const open = now.filter(({ enabled }) => enabled).map((each) => each.id);
  if (now.length > 0 && open.length === 0) {
    return result('confirmed', `each certificate of subject ${id} was read back disabled`);
  }
  return result(
    'unchecked',
    `subject ${id} still has certificates that are let in: ${open.join(', ') || 'none listed'}`,
  );
}
