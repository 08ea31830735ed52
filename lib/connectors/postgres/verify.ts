// How well a switch-off is known to hold. Says what was seen, never more.
import type { VerificationResult } from '../../application/ports/connector.ts';
import type { PreImage } from '../../domain/removal/pre-image.ts';
import { type LoginAttempt } from './canary.ts';
import { nativeIdOf } from './role-name.ts';
import type { SessionRow, TargetRow } from './schema.ts';
import type { Server } from './server.ts';
import { consumerOf } from './sessions.ts';
import { findRoles, membersOf, sessionsOf } from './target.ts';
import { parseTargetState, type TargetState } from './target-state.ts';

/** What verifying works with. */
export interface VerifyParts {
  readonly server: Server;
  /** Tries a login as the role; undefined when no canary is held for it. */
  readonly login: (role: string) => Promise<LoginAttempt> | undefined;
}

/** Reads the role and its sessions back, and tries to log in where that is possible. */
export async function verifyTarget(parts: VerifyParts, preImage: PreImage): Promise<VerificationResult> {
  const before = parseTargetState(preImage.detail);
  const { roles, sessions, members } = await parts.server.within(async (session) => {
    const found = await findRoles(session, before.oid, before.role);
    const same = found.some(({ oid }) => oid === before.oid);
    return {
      roles: found,
      sessions: await sessionsOf(session, before.oid),
      members: same ? await membersOf(session, before.oid) : [],
    };
  });
  const limits = limitsOf(before, members);
  const back = roles.find(({ rolcanlogin }) => rolcanlogin);
  if (back) return result('failed', [canLoginAgain(before, back), ...limits], true);
  const open = openSessions(sessions);
  if (open !== undefined) return result('failed', [readBackOf(before, roles), open, ...limits]);
  const readBack = `${readBackOf(before, roles)}; no session is open on this server`;
  const asBefore = roles.some(({ oid, rolname }) => oid === before.oid && rolname === before.role);
  if (!asBefore) return result('confirmed', [readBack, ...limits]);
  const attempt = await parts.login(before.role);
  switch (attempt?.ended) {
    case 'admitted':
      return result(
        'failed',
        [readBack, 'and yet a login with the canary’s password was admitted', ...limits],
        true,
      );
    case 'refused':
      return result('refused', [readBack, attempt.reason, ...limits]);
    case 'inconclusive':
      return result('confirmed', [readBack, attempt.reason, ...limits]);
    case undefined:
      return result('confirmed', [
        readBack,
        'no login was tried: no canary is held for this role',
        ...limits,
      ]);
    default:
      return attempt satisfies never;
  }
}

function result(
  level: VerificationResult['level'],
  reasons: readonly string[],
  drifted = false,
): VerificationResult {
  return { level, reasons, sessionsMayLiveUntil: undefined, drifted };
}

function canLoginAgain({ oid, role }: TargetState, back: TargetRow): string {
  if (back.oid !== oid) return `role ${nativeIdOf(role)} was made anew and may log in`;
  const name = back.rolname === role ? '' : ` as ${nativeIdOf(back.rolname)}`;
  return `role ${nativeIdOf(role)} may log in again${name}`;
}

function readBackOf({ oid, role }: TargetState, roles: readonly TargetRow[]): string {
  const same = roles.find((each) => each.oid === oid);
  if (!same) return `role ${nativeIdOf(role)} no longer exists`;
  const name = same.rolname === role ? '' : `, now named ${nativeIdOf(same.rolname)}`;
  return `role ${nativeIdOf(role)}${name} read back NOLOGIN`;
}

function openSessions(sessions: readonly SessionRow[]): string | undefined {
  if (sessions.length === 0) return undefined;
  const open = sessions.reduce((sum, each) => sum + each.sessions, 0);
  return `sessions still open: ${open} (${[...new Set(sessions.map(consumerOf))].slice(0, 5).join(', ')})`;
}

const MOST_NAMED = 10;

/** Who may still act with the role's privileges without logging in as it. */
function limitsOf({ members: before }: TargetState, members: readonly string[]): string[] {
  const added = members.filter((member) => !before.includes(member));
  const kept = members.filter((member) => before.includes(member));
  return [
    ...(added.length > 0
      ? [`a new way to its privileges since it was switched off: membership of ${named(added)} (SET ROLE)`]
      : []),
    ...(kept.length > 0 ? [`not cut: members act with its privileges by SET ROLE: ${named(kept)}`] : []),
  ];
}

function named(roles: readonly string[]): string {
  const more = roles.length > MOST_NAMED ? ` and ${roles.length - MOST_NAMED} more` : '';
  return `${roles.slice(0, MOST_NAMED).map(nativeIdOf).join(', ')}${more}`;
}
