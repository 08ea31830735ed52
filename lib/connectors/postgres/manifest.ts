// What the postgres connector says of itself, as data.
import type { ConnectorManifest } from '../../application/ports/connector.ts';

const automatic = (description: string) => ({ how: 'automatic' as const, description });

const PASSWORD = {
  how: 'unsupported' as const,
  reason: 'a password alone could not be put back, its hash is not read: the role is switched off as a whole',
};

const ROLE = 'the role switched off; PostgreSQL 16: ADMIN OPTION on it';

/** Manifest of the postgres connector. */
export const manifest: ConnectorManifest = {
  id: 'postgres',
  title: 'PostgreSQL login roles',
  identityKinds: ['service-account'],
  capabilities: {
    collect: automatic('pg_roles, memberships, privileges and sessions of a server; or recorded rows'),
    disable: {
      'service-account': automatic('ALTER ROLE … NOLOGIN, then pg_terminate_backend of its sessions'),
      password: PASSWORD,
    },
    restore: {
      'service-account': automatic('LOGIN, VALID UNTIL and CONNECTION LIMIT back to what they were'),
      password: PASSWORD,
    },
    verify: {
      'service-account': automatic(
        'LOGIN and sessions read back, level `confirmed`; with a canary a login is tried, level `refused`',
      ),
      password: PASSWORD,
    },
    remove: {
      'service-account': automatic('DROP ROLE when nothing depends on it; else it stays off, for a person'),
      password: PASSWORD,
    },
  },
  permissions: [
    grant('collect', 'CONNECT', 'the one database of the settings', 'read the catalogs, which everyone may'),
    grant('collect', 'pg_read_all_stats', 'the server', 'see which application is connected, and from where'),
    grant('disable', 'CREATEROLE', ROLE, 'ALTER ROLE … NOLOGIN'),
    grant('disable', 'pg_signal_backend', 'the server', 'pg_terminate_backend of the sessions of the role'),
    grant('restore', 'CREATEROLE', ROLE, 'ALTER ROLE … LOGIN'),
    grant('verify', 'CONNECT', 'the one database of the settings', 'read LOGIN and sessions back'),
    grant('remove', 'CREATEROLE', ROLE, 'DROP ROLE'),
  ],
  secretSettings: ['passwordSecret', 'canaries.*.passwordSecret'],
};

function grant(
  serves: ConnectorManifest['permissions'][number]['for'],
  action: string,
  resource: string,
  why: string,
): ConnectorManifest['permissions'][number] {
  return { action, resource, for: serves, why };
}
