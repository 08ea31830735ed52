// What an expression can look at, and how an identity becomes it.
import type { ExpressionInput } from '../../application/ports/expressions.ts';
import type { Credential, LastUse } from '../../domain/identity/credential.ts';
import type { Fact } from '../../domain/identity/fact.ts';
import { daysBetween, type Instant } from '../../domain/time.ts';

/**
 * Fields and their CEL types. Unknown facts are the empty text; unknown ages are −1. Identity: `id`, `connector`,
 * `scope`, `kind`, `name`, `environment`, `purpose`, `boundTo`, `owned` (anybody is named as owner), `admin`
 * (yes/no/unknown), `level`, `services`, `tags`, `traits`, `isProtected`, `lastUse` (used/never/unknown), `lastUsedDays`,
 * `createdDays`, `credentialTypes`, `activeCredentials`, `oldestCredentialDays`, `credentials` (a list, each with the
 * fields of `credentialTypes`). Risk: `score`, `tier`.
 */
export const fieldTypes = {
  identity: {
    id: 'string',
    connector: 'string',
    scope: 'string',
    kind: 'string',
    name: 'string',
    environment: 'string',
    purpose: 'string',
    boundTo: 'string',
    owned: 'bool',
    admin: 'string',
    level: 'string',
    services: 'list<string>',
    tags: 'map<string, string>',
    traits: 'list<string>',
    isProtected: 'bool',
    lastUse: 'string',
    lastUsedDays: 'int',
    createdDays: 'int',
    credentialTypes: 'list<string>',
    activeCredentials: 'int',
    oldestCredentialDays: 'int',
    credentials: 'list<Credential>',
  },
  risk: { score: 'int', tier: 'string' },
} as const;

/**
 * Fields of one credential: `type`, `status` (active, inactive, expired, unknown), `lastUse` (used, never, unknown), and
 * ages in days, −1 when unknown: since it was made, last rotated and last used. `expiresInDays` is negative once expired,
 * and `expires` says whether an end is known at all.
 */
export const credentialFieldTypes = {
  type: 'string',
  status: 'string',
  createdDays: 'int',
  rotatedDays: 'int',
  lastUse: 'string',
  lastUsedDays: 'int',
  expires: 'bool',
  expiresInDays: 'int',
} as const;

/** The class CEL knows a credential by. */
export class CredentialFields {
  readonly type: unknown;

  constructor(fields: Readonly<Record<keyof typeof credentialFieldTypes, unknown>>) {
    this.type = fields.type;
    Object.assign(this, fields);
  }
}

type Fields = {
  readonly [V in keyof typeof fieldTypes]: { readonly [F in keyof (typeof fieldTypes)[V]]: unknown };
};

/** The variables of one evaluation. CEL integers are bigints. */
export function expressionFields(
  { identity, risk }: ExpressionInput,
  now: Instant,
): Fields & Record<string, unknown> {
  const ages = identity.credentials.map(({ createdAt }) => ageOf(createdAt, now));
  return {
    identity: {
      id: identity.identityId,
      connector: identity.connector,
      scope: identity.scope,
      kind: identity.kind,
      name: identity.name,
      environment: textOf(identity.environment),
      purpose: textOf(identity.purpose),
      boundTo: textOf(identity.boundTo),
      owned: identity.ownerHints.some(({ role }) => role !== 'creator'),
      admin: identity.entitlements.admin,
      level: identity.entitlements.level,
      services: identity.entitlements.services,
      tags: identity.tags,
      traits: identity.traits,
      isProtected: identity.protection.protected,
      lastUse: identity.lastUse.state,
      lastUsedDays: BigInt(useAgeOf(identity.lastUse, now)),
      createdDays: BigInt(ageOf(identity.createdAt, now)),
      credentialTypes: identity.credentials.map(({ type }) => type),
      activeCredentials: BigInt(identity.credentials.filter(({ status }) => status === 'active').length),
      oldestCredentialDays: BigInt(Math.max(-1, ...ages)),
      credentials: identity.credentials.map((credential) => credentialFields(credential, now)),
    },
    risk: { score: BigInt(risk.score), tier: risk.tier },
  };
}

function credentialFields(credential: Credential, now: Instant): CredentialFields {
  const { type, status, createdAt, lastRotatedAt, expiresAt, lastUse } = credential;
  return new CredentialFields({
    type,
    status,
    createdDays: BigInt(ageOf(createdAt, now)),
    rotatedDays: BigInt(ageOf(lastRotatedAt, now)),
    lastUse: lastUse.state,
    lastUsedDays: BigInt(useAgeOf(lastUse, now)),
    expires: expiresAt.known,
    expiresInDays: BigInt(expiresAt.known ? daysBetween(now, expiresAt.value) : 0),
  });
}

function useAgeOf(use: LastUse, now: Instant): number {
  return use.state === 'used' ? daysBetween(use.at, now) : -1;
}

function textOf(fact: Fact<string>): string {
  return fact.known ? fact.value : '';
}

function ageOf(fact: Fact<Instant>, now: Instant): number {
  return fact.known ? daysBetween(fact.value, now) : -1;
}
