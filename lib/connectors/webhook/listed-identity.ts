// One identity of the automation's list, in the register's words.
import type { Credential } from '../../domain/identity/credential.ts';
import { type Fact, known, unknown } from '../../domain/identity/fact.ts';
import type { Identity, OwnerHint } from '../../domain/identity/identity.ts';
import { identityIdOf } from '../../domain/identity/identity-id.ts';
import type { Instant } from '../../domain/time.ts';
import { lastUseOf } from './locate.ts';
import { manifest } from './manifest.ts';
import type { ListedIdentity } from './schema.ts';

/** Makes the identity. */
export function identityOf(listed: ListedIdentity, system: string, observedAt: Instant): Identity {
  const source = `the automation of ${system}`;
  const fact = <T>(value: T | undefined): Fact<T> =>
    value === undefined ? unknown(source) : known(value, source);
  const { protectedBecause, consumers } = listed;
  return {
    schemaVersion: 1,
    identityId: identityIdOf(manifest.id, system, listed.kind, listed.id),
    connector: manifest.id,
    scope: system,
    kind: listed.kind,
    nativeId: listed.id,
    name: listed.name ?? listed.id,
    environment: fact(listed.environment),
    purpose: fact(listed.purpose),
    boundTo: fact(listed.boundTo),
    consumers: fact(consumers),
    ownedByCode: fact(listed.ownedByCode),
    approval: fact(listed.approval),
    createdAt: fact(listed.createdAt),
    createdBy: fact(listed.createdBy),
    lastUse: lastUseOf(listed.lastUsedAt, system),
    credentials: listed.credentials.map((credential) => credentialOf(credential, system)),
    entitlements: {
      level: listed.admin === 'yes' ? 'admin' : (listed.level ?? 'unknown'),
      admin: listed.admin,
      adminReason: listed.admin === 'unknown' ? 'the automation does not say' : 'as the automation says',
      services: [],
      policies: listed.privileges.map((name) => ({ name, via: 'grant' as const })),
      trust: [],
    },
    tags: listed.tags,
    ownerHints: ownerHintsOf(listed, source),
    traits: listed.traits,
    protection: { protected: protectedBecause !== undefined, reason: protectedBecause ?? '' },
    removalPath: {
      how: 'disable',
      description: `The automation of ${system} switches it off, and back on.`,
      reversible: true,
    },
    observedAt,
  };
}

function credentialOf(listed: ListedIdentity['credentials'][number], system: string): Credential {
  const source = `the automation of ${system}`;
  const dated = (at: Instant | undefined): Fact<Instant> =>
    at === undefined ? unknown(source) : known(at, source);
  return {
    credentialId: listed.id,
    type: listed.type,
    status: listed.status,
    ...(listed.providerId === undefined ? {} : { providerId: listed.providerId }),
    createdAt: dated(listed.createdAt),
    lastRotatedAt: dated(listed.rotatedAt),
    expiresAt: dated(listed.expiresAt),
    lastUse: lastUseOf(listed.lastUsedAt, system),
  };
}

const OWNERS = [
  ['owner', 'accountable'],
  ['technicalOwner', 'technical'],
  ['businessOwner', 'business'],
  ['team', 'team'],
  ['backupOwner', 'backup'],
  ['createdBy', 'creator'],
] as const;

function ownerHintsOf(listed: ListedIdentity, source: string): OwnerHint[] {
  return OWNERS.flatMap(([field, role]) => {
    const value = listed[field];
    if (value === undefined) return [];
    const from = role === 'creator' ? ('creator' as const) : ('declared-file' as const);
    return [{ role, value, source: from, detail: `${source}, ${field}` }];
  });
}
