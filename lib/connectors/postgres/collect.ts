// One collection: all roles first, then what is around them, then an identity for each that may log in.
import { UpstreamError } from '../../domain/errors.ts';
import type { CollectionReport } from '../../domain/identity/collection.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import type { ConnectorContext } from '../connector.ts';
import { MOST_SESSIONS } from './live-source.ts';
import { createRightsReader } from './rights.ts';
import { identityOfRole } from './role-identity.ts';
import type { RoleRow, SessionRow } from './schema.ts';
import { type PostgresSettings, systemOf } from './settings.ts';
import type { RoleSource } from './source.ts';
import { createTally, type Tally } from './tally.ts';

/** Lists every login role once; the report is final when the iteration ends, also when it ends early. */
export function collectIdentities(
  settings: PostgresSettings,
  context: ConnectorContext,
  source: RoleSource,
): { readonly identities: AsyncIterable<Identity>; report(): CollectionReport } {
  const tally = createTally(context.clock, systemOf(settings), () => source.calls());
  return { identities: walk(settings, context, source, tally), report: () => tally.report() };
}

async function* walk(
  settings: PostgresSettings,
  context: ConnectorContext,
  source: RoleSource,
  tally: Tally,
): AsyncGenerator<Identity, void, undefined> {
  let finished = false;
  try {
    const about = await source.about();
    const roles = await allRoles(source, context, tally);
    const memberships = tally.take(await source.memberships());
    const rights = tally.take(await source.rights());
    const sessions = tally.take(await source.sessions());
    if (about.isStandby)
      tally.gap('this is a standby: sessions on other servers are not seen, nothing can be switched off');
    if (sessions) noteSessions(sessions, tally);
    const reader = createRightsReader({ roles, memberships, rights, ...about });
    const sessionsOf = sessions && Map.groupBy(sessions, ({ role }) => role);
    const own = new Set([...about.own, ...settings.ownRoles]);
    for (const role of roles.values()) {
      if (!role.rolcanlogin) continue;
      const identity = identityOfRole(role, {
        system: systemOf(settings),
        systemIdentifier: about.systemIdentifier,
        observedAt: tally.startedAt,
        isOwn: (name) => own.has(name),
        entitlements: reader.of(role),
        groups: reader.groupsOf(role.rolname),
        sessions: sessionsOf && (sessionsOf.get(role.rolname) ?? []),
      });
      tally.identity(identity);
      yield identity;
    }
    tally.compare(await orUndefined(() => source.count()));
    finished = true;
  } finally {
    source.close();
    tally.end(finished);
  }
}

/** Roles as far as they came: pages that could not be read make the collection partial. @throws UpstreamError when none came */
async function allRoles(
  source: RoleSource,
  { keepRaw }: ConnectorContext,
  tally: Tally,
): Promise<ReadonlyMap<string, RoleRow>> {
  const roles = new Map<string, RoleRow>();
  try {
    for await (const page of source.roles()) {
      keepRaw?.('postgres-roles.jsonl', Buffer.from(page.map((row) => `${JSON.stringify(row)}\n`).join('')));
      for (const role of page) roles.set(role.rolname, role);
    }
  } catch (error) {
    if (!(error instanceof UpstreamError) || roles.size === 0) throw error;
    tally.partial(`roles are incomplete (${error.message})`);
  }
  const without = [...roles.values()].filter(
    ({ rolcanlogin, rolname }) => !rolcanlogin && !rolname.startsWith('pg_'),
  );
  if (without.length > 0) {
    tally.gap(
      `${without.length} role(s) without LOGIN are not listed: groups, owners, and what was switched off`,
    );
  }
  return roles;
}

function noteSessions(sessions: readonly SessionRow[], tally: Tally): void {
  if (sessions.length >= MOST_SESSIONS)
    tally.gap(`only the first ${MOST_SESSIONS} kinds of session were read`);
  const hidden = sessions.filter(({ active_at }) => active_at === null).length;
  if (hidden > 0) {
    tally.gap(`where ${hidden} kind(s) of session come from may not be read: grant pg_read_all_stats`);
  }
}

async function orUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UpstreamError) return undefined;
    throw error;
  }
}
