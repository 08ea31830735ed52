// A server with Countersign's own role on it, granted what the connector's README says and nothing more.
import { setTimeout as wait } from 'node:timers/promises';
import type { RemovalTarget } from '../../../lib/application/ports/connector.ts';
import { createPostgres } from '../../../lib/connectors/postgres/connector.ts';
import { PostgresSettings } from '../../../lib/connectors/postgres/settings.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import type { ObservedState } from '../../../lib/domain/removal/pre-image.ts';
import { type Instant, instantOf } from '../../../lib/domain/time.ts';
import type { PostgresServer } from './start-postgres.ts';

/** The name and the password the connector works with. */
export const OWN = { name: 'countersign', password: 'the-connector-s-own-password' } as const;

/** What login roles of tests log in with. */
export const PASSWORD = 'a-password-of-a-login-role';

/** Secrets as the environment of one machine would hold them. */
export const SECRETS: Readonly<Record<string, string>> = {
  'env:OWN': OWN.password,
  'env:ROLE': PASSWORD,
  'env:WRONG': 'another-password-than-the-role-s',
};

const NOW = instantOf(Date.UTC(2026, 10, 22, 8));

/** Makes the connector's own role. */
export async function makeOwnRole({ admin }: Pick<PostgresServer, 'admin'>): Promise<void> {
  await admin(`create role ${OWN.name} login createrole password '${OWN.password}'`);
  await admin(`grant pg_signal_backend, pg_read_all_stats to ${OWN.name}`);
}

/** Makes the connector, with the notes it made. Waits are a hundredth as long. */
export function connectorFor(
  port: number,
  changes: Readonly<Record<string, unknown>> = {},
  now: () => Instant = () => NOW,
) {
  const notes: string[] = [];
  const asked: string[] = [];
  const settings = PostgresSettings.parse({
    system: 'orders-db',
    host: '127.0.0.1',
    port,
    user: OWN.name,
    passwordSecret: 'env:OWN',
    sslmode: 'disable',
    ...changes,
  });
  const connector = createPostgres(
    settings,
    {
      clock: { now },
      note: (line) => void notes.push(line),
      async secret(name) {
        asked.push(name);
        const value = SECRETS[name];
        if (value === undefined) throw new Error(`no secret ${name}`);
        return value;
      },
    },
    (ms) => wait(ms / 100),
  );
  const all = async (): Promise<Identity[]> => {
    const found: Identity[] = [];
    for await (const identity of connector.collect().identities) found.push(identity);
    return found;
  };
  const target = async (name: string): Promise<RemovalTarget> => {
    const reviewed = (await all()).find((identity) => identity.name === name);
    if (!reviewed) throw new Error(`no role ${name} was collected`);
    return { identityId: reviewed.identityId, credentialId: undefined, reviewed };
  };
  const stateOf = async (of: RemovalTarget): Promise<ObservedState> => {
    const located = await connector.locate(of);
    if (located.found !== 'one') throw new Error(`${located.found}: ${located.reason}`);
    return located.state;
  };
  return { connector, notes, asked, all, target, stateOf, now };
}

/** Everything the server itself knows of a role that a switch-off could touch. */
export async function truthOf({ admin }: Pick<PostgresServer, 'admin'>, role: string): Promise<unknown> {
  const [row] = await admin(
    `select to_jsonb(a) as role, shobj_description(a.oid, 'pg_authid') as comment,
       (select jsonb_agg(s.setconfig) from pg_db_role_setting s where s.setrole = a.oid) as settings,
       (select jsonb_agg(to_jsonb(m) order by m.roleid, m.member) from pg_auth_members m
         where a.oid in (m.roleid, m.member)) as memberships
     from pg_authid a where a.rolname = $1`,
    [role],
  );
  return row;
}

/** A role's name as SQL. */
export function quoted(role: string): string {
  return `"${role.replaceAll('"', '""')}"`;
}
