// The role that is meant, as it is on the server now: looked for by oid and by name, and never taken for another.
import * as z from 'zod';
import { RefusedError } from '../../domain/errors.ts';
import { protectionOf } from './protection.ts';
import { ABOUT, MEMBERS_OF, ROLE_BY_OID_OR_NAME, SESSIONS_OF } from './queries.ts';
import { nativeIdOf } from './role-name.ts';
import { AboutRow, SessionRow, TargetRow } from './schema.ts';
import type { Session } from './session.ts';

const NO_OID = '0';

/** The roles with that oid or that name. */
export function findRoles(session: Session, oid: string | undefined, name: string): Promise<TargetRow[]> {
  return session.rows('read role', TargetRow, ROLE_BY_OID_OR_NAME, [oid ?? NO_OID, name]);
}

/** Roles that have a role's privileges by membership. */
export async function membersOf(session: Session, oid: string): Promise<string[]> {
  const Member = z.object({ member: z.string() });
  return (await session.rows('list members', Member, MEMBERS_OF, [oid])).map(({ member }) => member);
}

/** Sessions of a role. */
export function sessionsOf(session: Session, oid: string): Promise<SessionRow[]> {
  return session.rows('read sessions', SessionRow, SESSIONS_OF, [oid]);
}

/**
 * The role of a recorded state, as it is now, under the name it had.
 * @throws RefusedError NOT_FOUND when it is gone, CONFLICT when it was renamed or another has its name
 */
export async function sameRole(
  session: Session,
  { oid, role }: { readonly oid: string; readonly role: string },
): Promise<TargetRow> {
  const found = await findRoles(session, oid, role);
  const same = found.find((each) => each.oid === oid);
  const [other] = found.filter((each) => each.oid !== oid);
  if (!same && !other) throw refused('NOT_FOUND', `role ${nativeIdOf(role)} no longer exists`);
  if (!same)
    throw refused('CONFLICT', `role ${nativeIdOf(role)} was dropped and made anew: it is another role now`);
  if (same.rolname === role) return same;
  throw refused('CONFLICT', `role ${nativeIdOf(role)} was renamed to ${nativeIdOf(same.rolname)} meanwhile`);
}

/** Refuses what is protected as it is now, whatever it was when it was reviewed. @throws RefusedError PROTECTED */
export async function refuseProtectedNow(
  session: Session,
  row: TargetRow,
  ownRoles: readonly string[],
): Promise<void> {
  const [about] = await session.rows('read server', AboutRow, ABOUT);
  const own = [...ownRoles, about?.session_user, about?.current_user].includes(row.rolname);
  const groups = await session.rows('list groups', z.object({ role: z.string() }), GROUPS_OF, [row.oid]);
  const reason = protectionOf(
    row,
    own,
    groups.map(({ role }) => role),
  );
  if (reason !== undefined)
    throw refused('PROTECTED', `role ${nativeIdOf(row.rolname)} is protected: ${reason}`);
}

/** Roles a role ($1, its oid) is a member of, directly or not. */
const GROUPS_OF = `with recursive groups(role) as (
    select m.roleid from pg_auth_members m where m.member = $1::oid
    union select m.roleid from pg_auth_members m join groups g on m.member = g.role)
  select r.rolname::text as role from groups g join pg_roles r on r.oid = g.role`;

function refused(code: 'NOT_FOUND' | 'CONFLICT' | 'PROTECTED', message: string): RefusedError {
  return new RefusedError({ code, message });
}
