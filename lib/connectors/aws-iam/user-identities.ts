// IAM users as identities (process.md §8): a console-less user is one service account with all its credentials;
// a person's keys are one api-key identity each; the person is counted only when there is no key.
import type { Credential } from '../../domain/identity/credential.ts';
import { type Entitlements, unknownEntitlements } from '../../domain/identity/entitlement.ts';
import { known, unknown } from '../../domain/identity/fact.ts';
import type { Identity, OwnerHint, RemovalPath } from '../../domain/identity/identity.ts';
import type { Instant } from '../../domain/time.ts';
import type { AwsTags } from '../aws/tags.ts';
import { identityOf, type Surroundings, splitArn } from './identity-parts.ts';
import { latestUse } from './last-use.ts';
import { accessKeysOf, certificatesOf, REPORT, serviceSpecificCredential } from './reported-credentials.ts';
import { rootIdentity } from './root-identity.ts';
import type { CredentialReportRow, ServiceSpecificCredential } from './schema.ts';

/** What is known of a user beside the report's row. */
export interface UserContext {
  readonly tags: AwsTags;
  readonly entitlements: Entitlements;
  readonly serviceSpecific: readonly ServiceSpecificCredential[];
}

/** Identities one row of the report stands for, and what of it is counted nowhere. */
export interface RowOutcome {
  readonly identities: readonly Identity[];
  readonly warnings: readonly string[];
}

/** Turns one row into identities. */
export function identitiesOfRow(
  row: CredentialReportRow,
  context: UserContext,
  surroundings: Surroundings,
): RowOutcome {
  const { resource } = splitArn(row.arn);
  if (resource === 'root') {
    const { identity, warnings } = rootIdentity(row, surroundings);
    return { identities: [identity], warnings };
  }
  const keys = accessKeysOf(row);
  const others = [...certificatesOf(row), ...context.serviceSpecific.map(serviceSpecificCredential)];
  if (row.password_enabled === true) return personOutcome(row, keys, others, context, surroundings);
  return { identities: [serviceAccount(row, [...keys, ...others], context, surroundings)], warnings: [] };
}

const SWITCH_OFF: RemovalPath = {
  how: 'disable',
  description:
    'Set each active access key, signing certificate and service-specific credential to Inactive; restorable until deleted.',
  reversible: true,
};

const CONSOLE_UNKNOWN: RemovalPath = {
  ...SWITCH_OFF,
  description: `${SWITCH_OFF.description} Console access unknown: looked up again before acting, and held if there is a password.`,
};

function serviceAccount(
  row: CredentialReportRow,
  credentials: Credential[],
  context: UserContext,
  surroundings: Surroundings,
): Identity {
  const { resource } = splitArn(row.arn);
  const nothing = { state: 'unknown' as const, lookedIn: [`${REPORT} (the user has no credential)`] };
  return identityOf(
    {
      arn: row.arn,
      kind: 'service-account',
      nativeId: resource,
      name: row.user,
      createdAt: createdAtOf(row.user_creation_time, REPORT),
      lastUse: latestUse(credentials, nothing),
      credentials,
      entitlements: context.entitlements,
      ownerHints: [],
      tags: context.tags,
      traits: [],
      removalPath: row.password_enabled === undefined ? CONSOLE_UNKNOWN : SWITCH_OFF,
    },
    surroundings,
  );
}

function createdAtOf(at: Instant | undefined, source: string): Identity['createdAt'] {
  return at === undefined ? unknown(source) : known(at, source);
}

/** A user known from the authorization details alone: its console access and its keys are unknown, and said to be. */
export function userWithoutReport(
  user: { readonly arn: string; readonly name: string; readonly createdAt: Instant | undefined },
  context: UserContext,
  surroundings: Surroundings,
): Identity {
  const source = 'IAM authorization details';
  const credentials = context.serviceSpecific.map(serviceSpecificCredential);
  return identityOf(
    {
      arn: user.arn,
      kind: 'service-account',
      nativeId: splitArn(user.arn).resource,
      name: user.name,
      createdAt: createdAtOf(user.createdAt, source),
      lastUse: { state: 'unknown', lookedIn: [`${source} (carry no keys, no console password and no use)`] },
      credentials,
      entitlements: context.entitlements,
      ownerHints: [],
      tags: context.tags,
      traits: [],
      removalPath: CONSOLE_UNKNOWN,
    },
    surroundings,
  );
}

function personOutcome(
  row: CredentialReportRow,
  keys: readonly Credential[],
  others: readonly Credential[],
  context: UserContext,
  surroundings: Surroundings,
): RowOutcome {
  if (keys.length === 0) return { identities: [person(row, others, context, surroundings)], warnings: [] };
  const warnings = others.map(
    ({ credentialId }) =>
      `${row.arn}: ${credentialId} of a person with access keys is counted nowhere here; review it with the person`,
  );
  return { identities: keys.map((key) => personsKey(row, key, context, surroundings)), warnings };
}

const KEY_OFF: RemovalPath = {
  how: 'disable',
  description:
    'Set this access key to Inactive; the person’s console access and other keys stay as they are.',
  reversible: true,
};

function personsKey(
  row: CredentialReportRow,
  key: Credential,
  context: UserContext,
  surroundings: Surroundings,
): Identity {
  const { resource } = splitArn(row.arn);
  const owner: OwnerHint = {
    role: 'accountable',
    value: row.user,
    source: 'principal',
    detail: `IAM user ${row.user} holds this key`,
  };
  return identityOf(
    {
      arn: row.arn,
      kind: 'api-key',
      nativeId: `${resource}#${key.credentialId}`,
      name: `${row.user} ${key.credentialId}`,
      createdAt: key.createdAt,
      lastUse: key.lastUse,
      credentials: [key],
      entitlements: context.entitlements,
      ownerHints: [owner],
      tags: context.tags,
      traits: [],
      removalPath: KEY_OFF,
    },
    surroundings,
  );
}

function person(
  row: CredentialReportRow,
  credentials: readonly Credential[],
  context: UserContext,
  surroundings: Surroundings,
): Identity {
  const used = row.password_last_used;
  return identityOf(
    {
      arn: row.arn,
      kind: 'person',
      nativeId: splitArn(row.arn).resource,
      name: row.user,
      createdAt: createdAtOf(row.user_creation_time, REPORT),
      lastUse:
        used === 'never' || used === 'unknown'
          ? { state: 'unknown', lookedIn: [`${REPORT} (password_last_used has no information)`] }
          : { state: 'used', at: used, service: 'console', source: REPORT },
      credentials: [...credentials],
      entitlements: context.entitlements,
      ownerHints: [],
      tags: context.tags,
      traits: [],
      exclusion: { code: 'person', reason: 'a person with a console password and no access key' },
      removalPath: { how: 'none', description: 'People’s access is reviewed elsewhere.', reversible: false },
    },
    surroundings,
  );
}

/** For a row without authorization details. */
export const NO_POLICIES: Entitlements = unknownEntitlements('the credential report carries no policies');
