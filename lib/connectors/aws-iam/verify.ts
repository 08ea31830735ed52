// How well a switch-off is known to hold. Says what was seen, never more.
import type { VerificationResult } from '../../application/ports/connector.ts';
import { UpstreamError } from '../../domain/errors.ts';
import type { PreImage } from '../../domain/removal/pre-image.ts';
import { type Instant, plusMs } from '../../domain/time.ts';
import type { Canaries } from './canaries.ts';
import type { SwitchParts } from './disable.ts';
import { deniesEverything } from './role-switch.ts';
import { type ListedCredential, parseTargetState, type RoleState, type UserState } from './target-state.ts';
import { cutBefore, LONGEST_ROLE_SESSION_MS, LONGEST_SESSION_MS } from './user-sessions.ts';
import { nameOf, pairUp } from './user-switch.ts';

/** What verifying works with. */
export interface VerifyParts extends SwitchParts {
  readonly canaries: Canaries;
}

/** Reads the target back, and tries what we hold the secret of. */
export async function verifyTarget(
  parts: VerifyParts,
  preImage: PreImage,
  disabledAt: Instant,
): Promise<VerificationResult> {
  const detail = parseTargetState(preImage.detail);
  if (detail.target === 'role') return verifyRole(parts, detail);
  const findings = await findingsOn(parts, detail, disabledAt);
  const drifted = findings.some((each) => each.drift);
  const failed = findings.some((each) => each.failed);
  const unread = detail.unread.map((what) => `not looked at: ${what}`);
  const sessions = await sessionsOf(parts, detail, preImage.takenAt, disabledAt);
  // Of several credentials: only if each that was switched off was tried, and refused.
  const refused = findings.some((each) => each.refused) && findings.every((each) => each.refused !== false);
  return {
    level: failed ? 'failed' : refused ? 'refused' : 'confirmed',
    reasons: [...findings.map(({ reason }) => reason), ...sessions.reasons, ...unread],
    sessionsMayLiveUntil: sessions.until,
    drifted,
  };
}

interface Finding {
  readonly failed: boolean;
  readonly drift: boolean;
  /** Whether a live attempt was refused. Absent where there was nothing to try: it was off before. */
  readonly refused?: boolean | undefined;
  readonly reason: string;
}

async function findingsOn(parts: VerifyParts, detail: UserState, disabledAt: Instant): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { before, live } of await pairUp(parts, detail)) {
    const finding = live ? await findingOf(parts, live, disabledAt) : deleted(before);
    findings.push(before.status === 'Active' ? finding : { ...finding, refused: undefined });
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
  return { failed: false, drift: false, refused: false, reason: `${type} ${id} no longer exists` };
}

async function findingOf(parts: VerifyParts, now: ListedCredential, disabledAt: Instant): Promise<Finding> {
  const name = nameOf(now);
  if (now.status === 'Active') return { failed: true, drift: true, reason: `${name} is Active` };
  const readBack = `${name} read back ${now.status}`;
  if (now.type !== 'access-key') return { failed: false, drift: false, refused: false, reason: readBack };
  const later = await useAfter(parts, now, disabledAt);
  const tried = await parts.canaries.attempt(now.id);
  return {
    failed: later.failed || tried?.outcome === 'accepted',
    drift: false,
    refused: tried?.outcome === 'refused' && !later.failed,
    reason: [readBack, later.reason, ...(tried ? [tried.reason] : [])].join('; '),
  };
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

/** For a user as a whole, an active credential made since means it is on again. */
async function newcomers({ credentials }: SwitchParts, detail: UserState): Promise<Finding[]> {
  const types = new Set(['access-key' as const, ...detail.credentials.map(({ type }) => type)]);
  try {
    const live = (await Promise.all([...types].map((type) => credentials.list(detail.user, type)))).flat();
    return live
      .filter((each) => each.status === 'Active' && !detail.credentials.some(({ id }) => id === each.id))
      .map((each) => ({
        failed: true,
        drift: true,
        reason: `${nameOf(each)} was made since and is Active`,
      }));
  } catch (error) {
    if (error instanceof UpstreamError && error.code === 'NOT_FOUND') {
      return [{ failed: false, drift: false, reason: `user ${detail.user} no longer exists` }];
    }
    throw error;
  }
}

/** Whether sessions made with its keys may live on, and until when: not when a policy that refuses them is read back. */
async function sessionsOf(
  { sessions, now }: SwitchParts,
  detail: UserState,
  takenAt: Instant,
  disabledAt: Instant,
): Promise<{ readonly until: Instant | undefined; readonly reasons: readonly string[] }> {
  const couldSign = detail.credentials.some(
    ({ type, status }) => type === 'access-key' && status === 'Active',
  );
  const notPast = (lifeMs: number): Instant | undefined => {
    const until = plusMs(disabledAt, lifeMs);
    return until > now() ? until : undefined;
  };
  const until = notPast(LONGEST_SESSION_MS);
  if (!couldSign || until === undefined) return { until: undefined, reasons: [] };
  if (!detail.sessions) return { until, reasons: [] };
  try {
    const before = cutBefore(await sessions.read(detail.user));
    if (before === undefined || before < takenAt) {
      return { until, reasons: ['no policy refuses sessions made before: they live on'] };
    }
    const ofRoles = notPast(LONGEST_ROLE_SESSION_MS);
    const reasons = [`sessions made before ${before} are refused by policy, read back`];
    if (ofRoles) reasons.push('sessions of roles it assumed are the roles’ own, and may live 12 hours');
    return { until: ofRoles, reasons };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { until, reasons: [`whether sessions are refused was not looked at (${error.message})`] };
  }
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
