// Every secret of the settings' Regions, from its metadata.
import { setTimeout as wait } from 'node:timers/promises';
import { RefusedError } from '../../domain/errors.ts';
import type { CollectionReport } from '../../domain/identity/collection.ts';
import type { Credential, LastUse } from '../../domain/identity/credential.ts';
import { unknownEntitlements } from '../../domain/identity/entitlement.ts';
import { type Fact, known, unknown } from '../../domain/identity/fact.ts';
import type { Identity, RemovalPath, SpecialTrait } from '../../domain/identity/identity.ts';
import { identityIdOf } from '../../domain/identity/identity-id.ts';
import type { Instant } from '../../domain/time.ts';
import type { Sleep } from '../aws/call-log.ts';
import { collectRegions, type RegionReading } from '../aws/collection.ts';
import type { AwsSession } from '../aws/session.ts';
import { factsFromTags, ownerHintsOf, traitsOf } from '../aws/tags.ts';
import type { ConnectorContext } from '../connector.ts';
import { manifest } from './manifest.ts';
import { partsOf, type SecretEntry } from './schema.ts';
import type { Secrets } from './secrets.ts';
import type { AwsSecretsManagerSettings } from './settings.ts';

const SOURCE = 'Secrets Manager';

/** The one credential of a secret: its value. */
export const VALUE = 'value';

/** What collecting works with. */
export interface CollectParts {
  readonly settings: AwsSecretsManagerSettings;
  readonly session: AwsSession;
  readonly context: ConnectorContext;
  readonly secrets: Secrets;
  readonly sleep?: Sleep | undefined;
}

/** Lists every secret once; the report is final when the iteration ends, also when it ends early. */
export function collectIdentities({ context, secrets, session, settings, sleep = wait }: CollectParts): {
  readonly identities: AsyncIterable<Identity>;
  report(): CollectionReport;
} {
  return collectRegions({
    connectorId: manifest.id,
    connectorVersion: '1',
    settings,
    session,
    context,
    sleep,
    read: (reading) => readRegion(secrets, settings, reading),
  });
}

async function* readRegion(
  secrets: Secrets,
  settings: AwsSecretsManagerSettings,
  reading: RegionReading,
): AsyncGenerator<Identity, void, undefined> {
  const { log, region } = reading;
  reading.gap('which secrets a resource policy keeps from being read is not in this input');
  const seen = new Set<string>();
  let next: string | undefined;
  do {
    const after = next;
    const page = await log.page('ListSecrets', () => secrets.list(region, after));
    for (const fault of page.faults) reading.partial(`${region}: a secret was not understood (${fault})`);
    for (const entry of page.secrets) {
      // Pages move when secrets are made or deleted meanwhile.
      if (seen.has(entry.ARN)) continue;
      seen.add(entry.ARN);
      yield identityOfSecret(entry, reading, settings);
    }
    next = page.next;
  } while (next !== undefined);
}

/** Turns a secret's metadata into an identity. */
export function identityOfSecret(
  secret: SecretEntry,
  { caller, observedAt, region }: Pick<RegionReading, 'caller' | 'observedAt' | 'region'>,
  settings: Pick<AwsSecretsManagerSettings, 'ownSecrets'>,
): Identity {
  const { resource } = partsOf(secret.ARN);
  const nativeId = `${region}/${resource}`;
  const tagged = factsFromTags(secret.Tags);
  const protection = protectionOf(secret, settings);
  const described = secret.Description?.trim();
  return {
    schemaVersion: 1,
    identityId: identityIdOf(manifest.id, caller.account, 'secret', nativeId),
    connector: manifest.id,
    scope: caller.account,
    kind: 'secret',
    nativeId,
    name: secret.Name,
    ...tagged,
    purpose:
      tagged.purpose.known || described === undefined || described === ''
        ? tagged.purpose
        : known(described, `${SOURCE} Description`),
    consumers: unknown(`${SOURCE} (records no caller)`),
    createdAt: dated(secret.CreatedDate, 'CreatedDate'),
    lastUse: lastUseOf(secret, region),
    credentials: [credentialOf(secret, region)],
    entitlements: unknownEntitlements('what the secret opens is not known to Secrets Manager'),
    tags: secret.Tags,
    ownerHints: ownerHintsOf(secret.Tags),
    traits: traitsIn(secret, settings),
    protection: protection === undefined ? { protected: false, reason: '' } : protection,
    removalPath: pathOf(secret, region),
    observedAt,
  };
}

function credentialOf(secret: SecretEntry, region: string): Credential {
  return {
    credentialId: VALUE,
    type: 'secret',
    status: secret.DeletedDate ? 'inactive' : 'active',
    createdAt: dated(secret.CreatedDate, 'CreatedDate'),
    lastRotatedAt: secret.LastRotatedDate
      ? known(secret.LastRotatedDate, `${SOURCE} LastRotatedDate`)
      : unknown(
          `${SOURCE} LastRotatedDate (never rotated by Secrets Manager; a value put by hand is not in it)`,
        ),
    rotation: {
      automatic: known(secret.RotationEnabled === true, `${SOURCE} RotationEnabled`),
      nextAt: dated(secret.NextRotationDate, 'NextRotationDate'),
    },
    expiresAt: unknown(`${SOURCE} (secrets do not expire)`),
    lastUse: lastUseOf(secret, region),
  };
}

function dated(at: Instant | null | undefined, field: string): Fact<Instant> {
  return at ? known(at, `${SOURCE} ${field}`) : unknown(`${SOURCE} ${field}`);
}

/**
 * When the value was last read in this Region, to the day. Silence of one Region says nothing of a replicated secret.
 */
export function lastUseOf(
  { LastAccessedDate, PrimaryRegion }: Pick<SecretEntry, 'LastAccessedDate' | 'PrimaryRegion'>,
  region: string,
): LastUse {
  const source = `${SOURCE} LastAccessedDate (to the day, in this Region)`;
  if (LastAccessedDate) return { state: 'used', at: LastAccessedDate, region, source };
  if (PrimaryRegion)
    return { state: 'unknown', lookedIn: [`${source}; not in the Regions it is replicated to`] };
  return { state: 'never', source };
}

/** Tag of everything an installation of Countersign makes in its own account. */
const OWN_TAG = 'countersign:stage';

function isOwn(
  { ARN, Name, Tags }: Pick<SecretEntry, 'ARN' | 'Name' | 'Tags'>,
  { ownSecrets }: Pick<AwsSecretsManagerSettings, 'ownSecrets'>,
): boolean {
  return Object.hasOwn(Tags, OWN_TAG) || ownSecrets.includes(ARN) || ownSecrets.includes(Name);
}

/** Why it is never switched off; undefined when it may be. */
export function protectionOf(
  secret: Pick<SecretEntry, 'ARN' | 'Name' | 'Tags' | 'OwningService'>,
  settings: Pick<AwsSecretsManagerSettings, 'ownSecrets'>,
): Identity['protection'] | undefined {
  const { OwningService, Tags } = secret;
  if (isOwn(secret, settings)) return { protected: true, reason: 'Countersign itself works with it' };
  if (OwningService)
    return { protected: true, reason: `made and governed by the AWS service ${OwningService}` };
  if (traitsOf(Tags).includes('break-glass'))
    return { protected: true, reason: 'declared break-glass by tag' };
  return undefined;
}

/** @throws RefusedError PROTECTED when what is there now may not be switched off, whatever the reviewer was shown. */
export function refuseProtectedNow(
  secret: Parameters<typeof protectionOf>[0],
  settings: Pick<AwsSecretsManagerSettings, 'ownSecrets'>,
): void {
  const protection = protectionOf(secret, settings);
  if (!protection) return;
  const message = `${secret.Name} is protected: ${protection.reason}`;
  throw new RefusedError({ code: 'PROTECTED', message });
}

function traitsIn(
  secret: SecretEntry,
  settings: Pick<AwsSecretsManagerSettings, 'ownSecrets'>,
): SpecialTrait[] {
  return [
    ...traitsOf(secret.Tags),
    ...(secret.OwningService ? (['service-linked'] as const) : []),
    ...(isOwn(secret, settings) ? (['own-infrastructure'] as const) : []),
  ];
}

function pathOf({ DeletedDate, OwningService, PrimaryRegion }: SecretEntry, region: string): RemovalPath {
  if (OwningService) {
    const description = `Delete it through ${OwningService}, which made it.`;
    return { how: 'none', description, reversible: false };
  }
  if (PrimaryRegion && PrimaryRegion !== region) {
    const description = `A replica: switch it off where it was made, in ${PrimaryRegion}.`;
    return { how: 'manual', description, reversible: true };
  }
  const description = DeletedDate
    ? 'Its deletion is scheduled already; RestoreSecret takes that back.'
    : 'Its resource policy denies reading the value to everybody; taken out again to restore.';
  return { how: 'disable', description, reversible: true };
}
