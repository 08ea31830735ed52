// How well a switch-off is known to hold. Says what was seen, never more.
import type { VerificationResult } from '../../application/ports/connector.ts';
import { UpstreamError } from '../../domain/errors.ts';
import type { PreImage } from '../../domain/removal/pre-image.ts';
import { HOUR_MS, type Instant, plusMs } from '../../domain/time.ts';
import { pairUp, type SwitchParts } from './disable.ts';
import { deniesEverything } from './role-switch.ts';
import { type ListedCredential, parseTargetState, type RoleState, type UserState } from './target-state.ts';

/**
 * Longest life of a session made with an access key before it was switched off: GetSessionToken and GetFederationToken
 * give up to 129,600 s (36 h). Another credential of the same user may need its sessions, so none is cut.
 */
const LONGEST_SESSION_MS = 36 * HOUR_MS;

/** Reads the target back. */
export async function verifyTarget(
  parts: SwitchParts,
  preImage: PreImage,
  disabledAt: Instant,
): Promise<VerificationResult> {
  const detail = parseTargetState(preImage.detail);
  if (detail.target === 'role') return verifyRole(parts, detail);
  const findings = await findingsOn(parts, detail, disabledAt);
  const drifted = findings.some((each) => each.drift);
  const failed = findings.some((each) => each.failed);
  const unread = detail.unread.map((what) => `not looked at: ${what}`);
  return {
    level: failed ? 'failed' : 'confirmed',
    reasons: [...findings.map(({ reason }) => reason), ...unread],
    sessionsMayLiveUntil: sessionsUntil(detail, disabledAt, parts.now()),
    drifted,
  };
}

interface Finding {
  readonly failed: boolean;
  readonly drift: boolean;
  readonly reason: string;
}

async function findingsOn(parts: SwitchParts, detail: UserState, disabledAt: Instant): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { before, live } of await pairUp(parts, detail)) {
    findings.push(live ? await findingOf(parts, live, disabledAt) : deleted(before));
  }
  if (detail.whole) findings.push(...(await newcomers(parts, detail)));
  if (findings.length === 0) {
    findings.push({
      failed: false,
      drift: false,
      reason: `user ${detail.user} has no credential to switch off`,
    });
  }
  return findings;
}

function deleted({ type, id }: ListedCredential): Finding {
  return { failed: false, drift: false, reason: `${type} ${id} no longer exists` };
}

async function findingOf(parts: SwitchParts, now: ListedCredential, disabledAt: Instant): Promise<Finding> {
  const name = `${now.type} ${now.id}`;
  if (now.status === 'Active') return { failed: true, drift: true, reason: `${name} is Active` };
  const readBack = `${name} read back ${now.status}`;
  if (now.type !== 'access-key') return { failed: false, drift: false, reason: readBack };
  const later = await useAfter(parts, now, disabledAt);
  return { failed: later.failed, drift: false, reason: `${readBack}; ${later.reason}` };
}

async function useAfter(
  { credentials }: SwitchParts,
  key: ListedCredential,
  disabledAt: Instant,
): Promise<Pick<Finding, 'failed' | 'reason'>> {
  try {
    const use = await credentials.lastUseOf(key);
    if (use.state !== 'used') return { failed: false, reason: 'IAM records no use' };
    if (use.at > disabledAt)
      return { failed: true, reason: `IAM records a use at ${use.at}, after the switch-off` };
    return { failed: false, reason: `IAM records no use after ${use.at}` };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { failed: false, reason: `later use not looked at (${error.message})` };
  }
}

/** For a user as a whole, an active key made since means it is on again. */
async function newcomers({ credentials }: SwitchParts, detail: UserState): Promise<Finding[]> {
  try {
    const keys = await credentials.list(detail.user, 'access-key');
    return keys
      .filter(({ id, status }) => status === 'Active' && !detail.credentials.some((each) => each.id === id))
      .map(({ id }) => ({
        failed: true,
        drift: true,
        reason: `access key ${id} was made since and is Active`,
      }));
  } catch (error) {
    if (error instanceof UpstreamError && error.code === 'NOT_FOUND') {
      return [{ failed: false, drift: false, reason: `user ${detail.user} no longer exists` }];
    }
    throw error;
  }
}

function sessionsUntil(detail: UserState, disabledAt: Instant, now: Instant): Instant | undefined {
  const couldSign = detail.credentials.some(
    ({ type, status }) => type === 'access-key' && status === 'Active',
  );
  const until = plusMs(disabledAt, LONGEST_SESSION_MS);
  return couldSign && until > now ? until : undefined;
}

/** Sessions of the role live on, but a Deny in the role's own policies binds them from the first call on. */
async function verifyRole({ roles }: SwitchParts, detail: RoleState): Promise<VerificationResult> {
  const result = (
    level: VerificationResult['level'],
    reasons: readonly string[],
    drifted = false,
  ): VerificationResult => ({ level, reasons, sessionsMayLiveUntil: undefined, drifted });
  if (!(await roles.find(detail.role))) return result('confirmed', [`role ${detail.role} no longer exists`]);
  if (!deniesEverything(await roles.readPolicy(detail.role))) {
    return result('failed', [`role ${detail.role} has no policy that denies everything`], true);
  }
  const readBack = `the policy that denies everything was read back on role ${detail.role}`;
  try {
    const { denied, open } = await roles.simulate(detail.arn);
    if (open.length > 0)
      return result('confirmed', [readBack, `the simulation does not refuse ${open.join(', ')}`]);
    return result('refused', [
      readBack,
      `simulated, not attempted: explicitDeny by it for ${denied.join(', ')}`,
    ]);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return result('confirmed', [readBack, `not simulated (${error.message})`]);
  }
}
