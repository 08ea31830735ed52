// The root user: with a key it is in the population, protected and loudly warned of; without, excluded.

import type { Credential } from '../../domain/identity/credential.ts';
import type { Entitlements } from '../../domain/identity/entitlement.ts';
import { known, unknown } from '../../domain/identity/fact.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import { identityOf, type Surroundings, splitArn } from './identity-parts.ts';
import { latestUse } from './last-use.ts';
import { accessKeysOf, certificatesOf, REPORT } from './reported-credentials.ts';
import type { CredentialReportRow } from './schema.ts';

const ROOT_RIGHTS: Entitlements = {
  level: 'admin',
  admin: 'yes',
  adminReason: 'the root user may do everything in the account',
  services: ['*'],
  policies: [],
  trust: [],
};

/** The root user of the row, with what to warn of. */
export function rootIdentity(
  row: CredentialReportRow,
  surroundings: Surroundings,
): { readonly identity: Identity; readonly warnings: readonly string[] } {
  const keys = accessKeysOf(row);
  const { account } = splitArn(row.arn);
  const credentials = [...keys, ...certificatesOf(row)];
  const identity = identityOf(
    {
      arn: row.arn,
      kind: 'root-account',
      nativeId: 'root',
      name: `root user of ${account}`,
      createdAt:
        row.user_creation_time === undefined ? unknown(REPORT) : known(row.user_creation_time, REPORT),
      lastUse: latestUse(credentials, { state: 'unknown', lookedIn: [REPORT] }),
      credentials,
      entitlements: ROOT_RIGHTS,
      ownerHints: [],
      tags: undefined,
      traits: [],
      protection: 'the root user is never switched off automatically',
      ...(keys.length === 0 && {
        exclusion: {
          code: 'root-without-key' as const,
          reason: 'the root user has no access key, as it should be',
        },
      }),
      removalPath: {
        how: 'manual',
        description: 'Sign in as the root user and delete its access keys; no API can do it from outside.',
        reversible: false,
      },
    },
    surroundings,
  );
  return { identity, warnings: rootWarnings(account, keys, credentials.length) };
}

function rootWarnings(account: string, keys: readonly Credential[], credentials: number): string[] {
  const active = keys.filter(({ status }) => status === 'active').length;
  if (keys.length > 0) {
    return [
      `ROOT ACCESS KEY: the root user of ${account} has ${keys.length} access key(s), ${active} of them active`,
    ];
  }
  return credentials > 0 ? [`the root user of ${account} has a signing certificate`] : [];
}
