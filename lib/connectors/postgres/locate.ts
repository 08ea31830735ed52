// Matching what was reviewed to what is there now. A role that was renamed or made anew is held, not guessed at.
import type { Located, RemovalTarget } from '../../application/ports/connector.ts';
import { RefusedError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import { systemIdentifierOf } from './live-source.ts';
import { TAG_OID, TAG_SYSTEM } from './role-identity.ts';
import { nativeIdOf, roleNameOf } from './role-name.ts';
import type { Server } from './server.ts';
import { lastUseOf } from './sessions.ts';
import { findRoles, membersOf, sessionsOf } from './target.ts';
import { stateOfRow } from './target-state.ts';

/** Reads the role's present state. @throws RefusedError NOT_FOUND, NOT_SUPPORTED; UpstreamError */
export async function locateTarget(server: Server, target: RemovalTarget, now: Instant): Promise<Located> {
  refusePart(target);
  const { nativeId, scope, tags } = target.reviewed;
  const name = roleNameOf(nativeId);
  const reviewedOid = tags[TAG_OID];
  const identifier = await systemIdentifierOf(server);
  const reviewedSystem = tags[TAG_SYSTEM];
  if (reviewedSystem !== undefined && identifier !== undefined && identifier !== reviewedSystem) {
    return {
      found: 'ambiguous',
      reason: `${scope} is another server (system identifier ${identifier}) than the one reviewed (${reviewedSystem})`,
    };
  }
  return server.within(async (session) => {
    const roles = await findRoles(session, reviewedOid, name);
    const role = roles.find((each) => each.rolname === name);
    const renamed = roles.find((each) => each.oid === reviewedOid && each.rolname !== name);
    if (renamed) {
      const reason = `role ${nativeId} was renamed to ${nativeIdOf(renamed.rolname)} since it was reviewed`;
      return { found: 'ambiguous', reason };
    }
    if (!role) return { found: 'vanished', reason: `role ${nativeId} no longer exists` };
    if (reviewedOid !== undefined && role.oid !== reviewedOid) {
      const reason = `role ${nativeId} was dropped and made anew since it was reviewed`;
      return { found: 'ambiguous', reason };
    }
    const sessions = await sessionsOf(session, role.oid);
    const open = sessions.reduce((sum, each) => sum + each.sessions, 0);
    return {
      found: 'one',
      state: {
        label: `login role ${nativeId} of ${scope} (sessions open: ${open})`,
        enabled: role.rolcanlogin,
        lastUse: lastUseOf(sessions, now),
        observedAt: now,
        detail: stateOfRow(role, await membersOf(session, role.oid)),
      },
    };
  });
}

function refusePart({ credentialId, identityId, reviewed }: RemovalTarget): void {
  if (credentialId === undefined) return;
  if (!reviewed.credentials.some((each) => each.credentialId === credentialId)) {
    throw new RefusedError({ code: 'NOT_FOUND', message: `${identityId} has no credential ${credentialId}` });
  }
  throw new RefusedError({
    code: 'NOT_SUPPORTED',
    message: `postgres: a password alone is not switched off, it could not be put back; ${identityId} is, as a whole`,
  });
}
