// A login role as an identity.
import { InvalidInputError } from '../../domain/errors.ts';
import type { Credential } from '../../domain/identity/credential.ts';
import type { Entitlements } from '../../domain/identity/entitlement.ts';
import { known, unknown } from '../../domain/identity/fact.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import { IdentityId } from '../../domain/identity/identity-id.ts';
import type { Instant } from '../../domain/time.ts';
import { manifest } from './manifest.ts';
import { protectionOf } from './protection.ts';
import { factFrom, ownerHintsFrom, readComment, traitsFrom } from './role-comment.ts';
import { nativeIdOf } from './role-name.ts';
import type { RoleRow, SessionRow } from './schema.ts';
import { consumersOf, instantFrom, lastUseOf } from './sessions.ts';

/** What is known around a role. */
export interface RoleSurroundings {
  readonly system: string;
  readonly systemIdentifier: string | undefined;
  readonly observedAt: Instant;
  readonly isOwn: (roleName: string) => boolean;
  readonly entitlements: Entitlements;
  readonly groups: readonly string[];
  /** Undefined: not read. */
  readonly sessions: readonly SessionRow[] | undefined;
}

/** Tags that name the role to the server itself, whatever it is called: a role made anew has another oid. */
export const TAG_OID = 'postgres:oid';
export const TAG_SYSTEM = 'postgres:system-identifier';

const UNRECORDED = unknown('pg_authid (PostgreSQL keeps no time of making)');

/** Makes the identity. @throws InvalidInputError MALFORMED_FILE when the role's name cannot be part of an id */
export function identityOfRole(role: RoleRow, around: RoleSurroundings): Identity {
  const { system, systemIdentifier, observedAt, sessions } = around;
  const nativeId = nativeIdOf(role.rolname);
  const fields = readComment(role.comment);
  const own = around.isOwn(role.rolname);
  const traits = [...traitsFrom(fields), ...(own ? (['own-infrastructure'] as const) : [])];
  const reason =
    protectionOf(role, own, around.groups) ??
    (traits.includes('break-glass') ? 'declared break-glass by the comment on it' : undefined);
  const lastUse = lastUseOf(sessions, observedAt);
  return {
    schemaVersion: 1,
    identityId: idOf(system, nativeId),
    connector: manifest.id,
    scope: system,
    kind: 'service-account',
    nativeId,
    name: nativeId,
    environment: factFrom(fields, 'environment'),
    purpose: factFrom(fields, 'purpose'),
    boundTo: factFrom(fields, 'boundTo'),
    consumers: consumersOf(sessions),
    ownedByCode: factFrom(fields, 'ownedByCode'),
    approval: factFrom(fields, 'approval'),
    createdAt: UNRECORDED,
    createdBy: factFrom(fields, 'createdBy'),
    lastUse,
    credentials: [passwordOf(role, lastUse, observedAt)],
    entitlements: around.entitlements,
    tags: {
      ...Object.fromEntries(Object.entries(fields).map(([key, value]) => [`comment:${key}`, value])),
      ...(role.oid !== undefined && { [TAG_OID]: role.oid }),
      ...(systemIdentifier !== undefined && { [TAG_SYSTEM]: systemIdentifier }),
      ...(role.rolconnlimit >= 0 && { 'postgres:connection-limit': String(role.rolconnlimit) }),
      ...(role.settings.length > 0 && { 'postgres:settings': role.settings.join(', ') }),
    },
    ownerHints: ownerHintsFrom(fields),
    traits,
    protection: reason === undefined ? { protected: false, reason: '' } : { protected: true, reason },
    removalPath: {
      how: 'disable',
      description: 'ALTER ROLE … NOLOGIN, and its sessions are ended; LOGIN again to restore.',
      reversible: true,
    },
    observedAt,
  };
}

/** The password, as far as it can be told without reading its hash: whether there is one cannot. */
function passwordOf(role: RoleRow, lastUse: Credential['lastUse'], observedAt: Instant): Credential {
  const expiresAt = instantFrom(role.rolvaliduntil);
  const expired = role.rolvaliduntil === '-infinity' || (expiresAt !== undefined && expiresAt <= observedAt);
  return {
    credentialId: 'password',
    type: 'password',
    status: role.rolcanlogin ? (expired ? 'expired' : 'unknown') : 'inactive',
    createdAt: UNRECORDED,
    lastRotatedAt: unknown('pg_authid (PostgreSQL keeps no time of a password)'),
    expiresAt:
      expiresAt === undefined
        ? unknown('pg_roles.rolvaliduntil (none is set)')
        : known(expiresAt, 'pg_roles.rolvaliduntil'),
    lastUse,
  };
}

function idOf(system: string, nativeId: string): IdentityId {
  const parsed = IdentityId.safeParse(`${manifest.id}/${system}/service-account/${nativeId}`);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `role ${JSON.stringify(nativeId.slice(0, 80))} of ${system} cannot name an identity`,
  });
}
