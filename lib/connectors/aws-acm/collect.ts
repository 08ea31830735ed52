// Every certificate of the settings' Regions: a list, then what uses those in use, and the tags of each.
import { setTimeout as wait } from 'node:timers/promises';
import { mapConcurrently } from '../../application/in-batches.ts';
import { UpstreamError } from '../../domain/errors.ts';
import type { CollectionReport } from '../../domain/identity/collection.ts';
import type { CredentialStatus } from '../../domain/identity/credential.ts';
import { unknownEntitlements } from '../../domain/identity/entitlement.ts';
import { type Fact, known, unknown } from '../../domain/identity/fact.ts';
import type { Identity } from '../../domain/identity/identity.ts';
import { identityIdOf } from '../../domain/identity/identity-id.ts';
import { daysBetween, type Instant } from '../../domain/time.ts';
import type { Sleep } from '../aws/call-log.ts';
import { collectRegions, type RegionReading } from '../aws/collection.ts';
import type { AwsSession } from '../aws/session.ts';
import { type AwsTags, factsFromTags, ownerHintsOf, traitsOf } from '../aws/tags.ts';
import type { ConnectorContext } from '../connector.ts';
import type { Certificates } from './certificates.ts';
import { manifest } from './manifest.ts';
import { algorithmOf, type CertificateDetail, type CertificateSummary, resourceOf } from './schema.ts';
import type { AwsAcmSettings } from './settings.ts';

const SOURCE = 'ACM';

/** The one credential of this identity: the certificate with its key. */
const CERTIFICATE = 'certificate';

/** Certificates looked into at a time. ACM takes about ten requests a second of a kind. */
const WIDTH = 4;
const EXPIRES_SOON_DAYS = 30;

/** What collecting works with. */
export interface CollectParts {
  readonly settings: AwsAcmSettings;
  readonly session: AwsSession;
  readonly context: ConnectorContext;
  readonly certificates: Certificates;
  readonly sleep?: Sleep | undefined;
}

/** Lists every certificate once; the report is final when the iteration ends, also when it ends early. */
export function collectIdentities({ certificates, context, session, settings, sleep = wait }: CollectParts): {
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
    read: (reading) => readRegion(certificates, reading),
  });
}

/** A certificate with what was looked up beside the list; undefined is what could not be. */
interface Looked {
  readonly summary: CertificateSummary;
  readonly inUseBy: readonly string[] | undefined;
  readonly tags: AwsTags;
}

async function* readRegion(
  certificates: Certificates,
  reading: RegionReading,
): AsyncGenerator<Identity, void, undefined> {
  const { log, region } = reading;
  const look = createLook(certificates, reading);
  const seen = new Set<string>();
  let next: string | undefined;
  do {
    const after = next;
    const page = await log.page('ListCertificates', () => certificates.list(region, after));
    for (const fault of page.faults)
      reading.partial(`${region}: a certificate was not understood (${fault})`);
    const fresh = page.certificates.filter(({ CertificateArn }) => !seen.has(CertificateArn));
    for (const { CertificateArn } of fresh) seen.add(CertificateArn);
    for (let at = 0; at < fresh.length; at += WIDTH) {
      for (const looked of await mapConcurrently(fresh.slice(at, at + WIDTH), WIDTH, look)) {
        warnOf(looked, reading);
        yield identityOfCertificate(looked, reading);
      }
    }
    next = page.next;
  } while (next !== undefined);
}

/** Looks into one certificate. What is denied once is not asked for again. */
function createLook(certificates: Certificates, { gap, log, partial, region }: RegionReading) {
  const denied = new Set<string>();
  const ask = async <T>(action: string, what: string, request: () => Promise<T>): Promise<T | undefined> => {
    if (denied.has(action)) return undefined;
    try {
      return await log.call(action, request);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      if (error.code === 'NOT_FOUND') return undefined;
      if (error.code === 'DENIED') denied.add(action);
      (error.code === 'DENIED' ? gap : partial)(`${region}: ${what} unknown (${error.message})`);
      return undefined;
    }
  };
  return async (summary: CertificateSummary): Promise<Looked> => {
    const arn = summary.CertificateArn;
    const detail = isWhole(summary)
      ? undefined
      : await ask('DescribeCertificate', 'what uses a certificate', () => certificates.describe(region, arn));
    const inUseBy = isWhole(summary) ? [] : detail?.InUseBy;
    const tags = await ask('ListTagsForCertificate', 'tags of a certificate', () =>
      certificates.tags(region, arn),
    );
    return { summary: filled(summary, detail), inUseBy, tags };
  };
}

/** Not in use, and the list says the rest: nothing is left to describe. */
function isWhole({ InUse, NotAfter, Status }: CertificateSummary): boolean {
  return InUse === false && (Status !== 'ISSUED' || (NotAfter ?? undefined) !== undefined);
}

/** What the list leaves open, from the description: older endpoints list little. */
function filled(summary: CertificateSummary, detail: CertificateDetail | undefined): CertificateSummary {
  if (!detail) return summary;
  return {
    ...summary,
    DomainName: summary.DomainName ?? detail.DomainName,
    Status: summary.Status ?? detail.Status,
    Type: summary.Type ?? detail.Type,
    KeyAlgorithm: summary.KeyAlgorithm ?? detail.KeyAlgorithm,
    CreatedAt: summary.CreatedAt ?? detail.CreatedAt,
    IssuedAt: summary.IssuedAt ?? detail.IssuedAt,
    ImportedAt: summary.ImportedAt ?? detail.ImportedAt,
    NotAfter: summary.NotAfter ?? detail.NotAfter,
    RenewalEligibility: summary.RenewalEligibility ?? detail.RenewalEligibility,
    ManagedBy: summary.ManagedBy ?? detail.ManagedBy,
  };
}

function warnOf({ inUseBy = [], summary }: Looked, { observedAt, warn }: RegionReading): void {
  const { CertificateArn, DomainName, NotAfter, RenewalEligibility } = summary;
  const name = `${DomainName ?? ''} (${CertificateArn})`;
  if (algorithmOf(summary) === 'RSA_1024') warn(`${name} has an RSA key of 1,024 bits`);
  if (!NotAfter || inUseBy.length === 0 || RenewalEligibility === 'ELIGIBLE') return;
  if (daysBetween(observedAt, NotAfter) <= EXPIRES_SOON_DAYS) {
    warn(`${name} is in use, ends on ${NotAfter.slice(0, 10)}, and is not renewed by ACM`);
  }
}

function identityOfCertificate(
  { inUseBy, summary, tags }: Looked,
  { caller, observedAt, region }: Pick<RegionReading, 'caller' | 'observedAt' | 'region'>,
): Identity {
  const nativeId = `${region}/${resourceOf(summary.CertificateArn)}`;
  const traits = traitsOf(tags);
  return {
    schemaVersion: 1,
    identityId: identityIdOf(manifest.id, caller.account, 'certificate', nativeId),
    connector: manifest.id,
    scope: caller.account,
    kind: 'certificate',
    nativeId,
    name: summary.DomainName ?? nativeId,
    ...factsFromTags(tags, 'ACM tags (not read)'),
    consumers: consumersOf(summary, inUseBy),
    createdAt: dated(summary.CreatedAt ?? summary.ImportedAt, 'CreatedAt, ImportedAt'),
    lastUse: { state: 'unknown', lookedIn: ['ACM (records no use of a certificate)'] },
    credentials: [
      {
        credentialId: CERTIFICATE,
        type: 'certificate',
        status: statusOf(summary.Status),
        createdAt: dated(summary.CreatedAt ?? summary.ImportedAt, 'CreatedAt, ImportedAt'),
        lastRotatedAt: dated(summary.ImportedAt ?? summary.IssuedAt, 'ImportedAt, IssuedAt'),
        rotation: {
          automatic: known(
            summary.RenewalEligibility === 'ELIGIBLE',
            `${SOURCE} RenewalEligibility (${summary.RenewalEligibility ?? 'none'})`,
          ),
          nextAt: unknown(`${SOURCE} (renews before the end by itself, on no fixed day)`),
        },
        expiresAt: dated(summary.NotAfter, 'NotAfter'),
        lastUse: { state: 'unknown', lookedIn: ['ACM (records no use of a certificate)'] },
      },
    ],
    entitlements: unknownEntitlements(
      `who trusts this certificate is not known to ACM (key ${algorithmOf(summary)}, ${summary.Type ?? 'type unknown'})`,
    ),
    tags: { ...tags },
    ownerHints: ownerHintsOf(tags),
    traits,
    protection: protectionOf(summary, traits),
    removalPath: { how: 'manual', description: pathOf(summary, inUseBy), reversible: false },
    observedAt,
  };
}

function dated(at: Instant | null | undefined, field: string): Fact<Instant> {
  return at ? known(at, `${SOURCE} ${field}`) : unknown(`${SOURCE} ${field}`);
}

/** ACM knows its own integrations. A copy of the key outside of it may be used by anybody. */
function consumersOf(
  { Exported, Type }: CertificateSummary,
  inUseBy: readonly string[] | undefined,
): Fact<string[]> {
  if (inUseBy === undefined) return unknown(`${SOURCE} InUseBy (not read)`);
  if (inUseBy.length > 0) return known([...inUseBy], `${SOURCE} InUseBy`);
  const isElsewhere = Exported === true || Type === 'IMPORTED';
  if (isElsewhere)
    return unknown(`${SOURCE} InUseBy (nothing of AWS; its key is known outside of ACM as well)`);
  return known([], `${SOURCE} InUseBy`);
}

const STATUS: Readonly<Record<string, CredentialStatus>> = {
  ISSUED: 'active',
  EXPIRED: 'expired',
  PENDING_VALIDATION: 'inactive',
  INACTIVE: 'inactive',
  VALIDATION_TIMED_OUT: 'inactive',
  REVOKED: 'inactive',
  FAILED: 'inactive',
};

function statusOf(status: string | null | undefined): CredentialStatus {
  return STATUS[status ?? ''] ?? 'unknown';
}

function protectionOf({ ManagedBy }: CertificateSummary, traits: Identity['traits']): Identity['protection'] {
  if (ManagedBy) return { protected: true, reason: `made and governed by the AWS service ${ManagedBy}` };
  if (traits.includes('break-glass')) return { protected: true, reason: 'declared break-glass by tag' };
  return { protected: false, reason: '' };
}

/** Names shown in one sentence; the rest is counted. */
const NAMED = 3;

function pathOf({ Type }: CertificateSummary, inUseBy: readonly string[] | undefined): string {
  const imported = Type === 'IMPORTED' ? ' Keep its key if it may be needed again: it was imported.' : '';
  if (inUseBy === undefined) return `See what uses it, replace it there, then delete it in ACM.${imported}`;
  if (inUseBy.length === 0) return `Nothing of AWS uses it. Delete it in ACM.${imported}`;
  const more = inUseBy.length > NAMED ? ` and ${inUseBy.length - NAMED} more` : '';
  return `In use by ${inUseBy.slice(0, NAMED).join(', ')}${more}: replace it there, then delete it in ACM.${imported}`;
}
