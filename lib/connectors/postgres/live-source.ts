// The inventory from a server: a few paged statements, however many roles it has.
import * as z from 'zod';
import { UpstreamError } from '../../domain/errors.ts';
import {
  ABOUT,
  COUNT_LOGIN_ROLES,
  DATABASES,
  DEPENDENCIES,
  GRANTS,
  MEMBERSHIPS,
  ROLES,
  SESSIONS,
  SYSTEM_IDENTIFIER,
} from './queries.ts';
import {
  AboutRow,
  DatabaseRow,
  DependencyRow,
  GrantRow,
  MembershipRow,
  SessionRow,
  TargetRow,
} from './schema.ts';
import type { Server } from './server.ts';
import { missing, type Obtained, type RoleSource } from './source.ts';

const MembershipPage = MembershipRow.extend({ role_oid: z.string(), member_oid: z.string() });
const DependencyPage = DependencyRow.extend({ role_oid: z.string() });
const GrantPage = GrantRow.extend({ role_oid: z.string() });

/** Makes a source over a server. */
export function createLiveSource(server: Server, pageSize: number): RoleSource {
  return {
    async about() {
      const [row] = await server.within((session) => session.rows('read server', AboutRow, ABOUT));
      return {
        version: row === undefined ? undefined : majorVersion(row.version),
        database: row?.database,
        systemIdentifier: await systemIdentifierOf(server),
        own: row === undefined ? [] : [...new Set([row.session_user, row.current_user])],
        isStandby: row?.is_standby ?? false,
      };
    },
    async *roles() {
      for (let after = '0'; ; ) {
        const page = await server.within((session) =>
          session.rows('list roles', TargetRow, ROLES, [after, pageSize]),
        );
        if (page.length > 0) yield page;
        const last = page.at(-1);
        if (last === undefined || page.length < pageSize) return;
        after = last.oid;
      }
    },
    memberships: () => orMissing('memberships', () => allMemberships(server, pageSize)),
    rights: () =>
      orMissing('privileges', async () => ({
        dependencies: await allAfter(
          server,
          'list owned and granted',
          DependencyPage,
          DEPENDENCIES,
          pageSize,
        ),
        databases: await server.within((session) => session.rows('list databases', DatabaseRow, DATABASES)),
        grants: await allAfter(server, 'list grants', GrantPage, GRANTS, pageSize),
      })),
    sessions: () =>
      orMissing('sessions', () =>
        server.within((session) => session.rows('list sessions', SessionRow, SESSIONS, [MOST_SESSIONS])),
      ),
    async count() {
      const Count = z.object({ roles: z.int() });
      const [row] = await server.within((session) => session.rows('count roles', Count, COUNT_LOGIN_ROLES));
      return row?.roles;
    },
    calls: server.calls,
    close: server.close,
  };
}

/** Kinds of session read at most: beyond that a server's consumers are not told one by one. */
export const MOST_SESSIONS = 20_000;

/** `15.20 (Debian 15.20-0+deb12u1)` is 15. */
export function majorVersion(version: string): number | undefined {
  const major = /^\d+/.exec(version)?.[0];
  return major === undefined ? undefined : Number(major);
}

/** The server's own number; undefined where it may not be read. */
export async function systemIdentifierOf(server: Server): Promise<string | undefined> {
  const Identifier = z.object({ id: z.string() });
  try {
    const rows = await server.within((session) =>
      session.rows('read identifier', Identifier, SYSTEM_IDENTIFIER),
    );
    return rows[0]?.id;
  } catch (error) {
    if (error instanceof UpstreamError && !error.retryable) return undefined;
    throw error;
  }
}

async function allMemberships(server: Server, pageSize: number): Promise<MembershipRow[]> {
  const all: MembershipRow[] = [];
  for (let after: readonly [string, string] = ['0', '0']; ; ) {
    const page = await server.within((session) =>
      session.rows('list memberships', MembershipPage, MEMBERSHIPS, [...after, pageSize]),
    );
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return all;
    after = [last.role_oid, last.member_oid];
  }
}

/** Pages after a role's oid, until one brings nothing new. */
async function allAfter<T extends { readonly role_oid: string }>(
  server: Server,
  action: string,
  row: z.ZodType<T>,
  text: string,
  pageSize: number,
): Promise<T[]> {
  const all: T[] = [];
  for (let after = '0'; ; ) {
    const page = await server.within((session) => session.rows(action, row, text, [after, pageSize]));
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined) return all;
    after = last.role_oid;
  }
}

/** Beside the roles themselves everything can be gone on without, and is then said to be missing. */
async function orMissing<T>(what: string, read: () => Promise<T>): Promise<Obtained<T>> {
  try {
    return { had: true, value: await read() };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return missing(`${what} could not be read (${error.message})`, true);
  }
}
