// Profiles, trust anchors and subjects as identities of the register.
import { createHash, X509Certificate } from 'node:crypto';
import type { Credential, LastUse } from '../../domain/identity/credential.ts';
import { unknownEntitlements } from '../../domain/identity/entitlement.ts';
import { type Fact, known, unknown } from '../../domain/identity/fact.ts';
import type { Identity, IdentityKind } from '../../domain/identity/identity.ts';
import { identityIdOf } from '../../domain/identity/identity-id.ts';
import { earliest, type Instant, instantOf } from '../../domain/time.ts';
import type { RegionReading } from '../aws/collection.ts';
import { type AwsTags, factsFromTags, ownerHintsOf, traitsOf } from '../aws/tags.ts';
import { manifest } from './manifest.ts';
import { worksWith } from './own-profile.ts';
import type { Profile, SubjectCredential, SubjectSummary, TrustAnchor } from './schema.ts';

const SOURCE = 'Roles Anywhere';

/** The one credential of a profile or trust anchor: that it lets in. */
export const TRUST = 'trust';

/** What identities are made in the light of. */
export type Surroundings = Pick<RegionReading, 'caller' | 'observedAt' | 'region'>;

const NO_USE: LastUse = {
  state: 'unknown',
  lookedIn: [`${SOURCE} (records use by subject, not by profile or trust anchor)`],
};

/** A profile: which roles whoever is let in may assume. */
export function identityOfProfile(profile: Profile, tags: AwsTags, around: Surroundings): Identity {
  const own = worksWith(profile, around.caller.arn);
  const roles = profile.roleArns ?? [];
  const bounds = [
    ...(profile.managedPolicyArns ?? []),
    ...(profile.sessionPolicy ? ['session policy of the profile'] : []),
  ];
  const base = common('workload-identity', `profile/${profile.profileId}`, profile.name, tags, around);
  const createdBy = profile.createdBy ?? undefined;
  return {
    ...base,
    createdAt: dated(profile.createdAt),
    createdBy: createdBy === undefined ? base.createdBy : known(createdBy, `${SOURCE} createdBy`),
    lastUse: NO_USE,
    credentials: [trustOf(profile.enabled, profile.createdAt, unknown(`${SOURCE} (profiles do not end)`))],
    entitlements: {
      ...unknownEntitlements('what its roles may do is reviewed with the roles'),
      policies: [
        ...roles.map((name) => ({ name, via: 'role' as const })),
        ...bounds.map((name) => ({ name, via: 'boundary' as const })),
      ],
    },
    ownerHints: [
      ...base.ownerHints,
      ...(createdBy === undefined
        ? []
        : [
            {
              role: 'creator' as const,
              value: createdBy.slice(0, 512),
              source: 'creator' as const,
              detail: `${SOURCE} createdBy`,
            },
          ]),
    ],
    traits: [...base.traits, ...(own ? (['own-infrastructure'] as const) : [])],
    protection: own
      ? { protected: true, reason: 'Countersign itself works as a role of it' }
      : base.protection,
    removalPath: {
      how: 'disable',
      description: `DisableProfile; nobody gets a new session for its ${roles.length} role(s) by it. EnableProfile to restore.`,
      reversible: true,
    },
  };
}

/** A trust anchor: whose certificates are let in. */
export function identityOfAnchor(anchor: TrustAnchor, tags: AwsTags, around: Surroundings): Identity {
  const { sourceData, sourceType } = anchor.source ?? {};
  const authority =
    sourceData?.acmPcaArn ?? `${sourceType ?? 'unknown source'} of trust anchor ${anchor.name}`;
  const base = common('workload-identity', `trust-anchor/${anchor.trustAnchorId}`, anchor.name, tags, around);
  return {
    ...base,
    createdAt: dated(anchor.createdAt),
    lastUse: NO_USE,
    credentials: [trustOf(anchor.enabled, anchor.createdAt, endOf(sourceData?.x509CertificateData))],
    entitlements: {
      ...unknownEntitlements('which roles it opens is decided by the roles’ own trust policies'),
      trust: [
        {
          principal: `X509:${authority}`,
          external: sourceType !== 'AWS_ACM_PCA',
          wildcard: true,
          conditions: ['any certificate it issued, as far as a role’s trust policy lets it'],
        },
      ],
    },
    removalPath: {
      how: 'disable',
      description:
        'DisableTrustAnchor; no certificate of this authority is let in. EnableTrustAnchor to restore.',
      reversible: true,
    },
  };
}

/** A subject: a workload known by the name in its certificate. `credentials` undefined: they could not be read. */
export function identityOfSubject(
  subject: SubjectSummary,
  credentials: readonly SubjectCredential[] | undefined,
  crls: number | undefined,
  around: Surroundings,
): Identity {
  const base = common('certificate', `subject/${subject.subjectId}`, subject.x509Subject, undefined, around);
  const inForce =
    crls === undefined
      ? 'revocation lists in force are not known'
      : `${crls} revocation list(s) in force here`;
  return {
    ...base,
    createdAt: dated(subject.createdAt),
    lastUse: seen(subject.lastSeenAt, 'lastSeenAt'),
    credentials: (credentials ?? []).map((each, _at, all) => credentialOf(each, all, around.observedAt)),
    entitlements: unknownEntitlements(
      'a subject may assume what profiles and roles let its certificate assume',
    ),
    removalPath: {
      how: 'manual',
      description: `Its issuer revokes the certificate; import the revocation list with ImportCrl (${inForce}).`,
      reversible: false,
    },
  };
}

function common(
  kind: IdentityKind,
  resource: string,
  name: string,
  tags: AwsTags,
  { caller, observedAt, region }: Surroundings,
) {
  const nativeId = `${region}/${resource}`;
  const traits = traitsOf(tags);
  return {
    schemaVersion: 1 as const,
    identityId: identityIdOf(manifest.id, caller.account, kind, nativeId),
    connector: manifest.id,
    scope: caller.account,
    kind,
    nativeId,
    name: name.slice(0, 1024),
    ...factsFromTags(tags, `${SOURCE} (tags not read)`),
    consumers: unknown(`${SOURCE} (subjects are listed beside it, not by it)`),
    tags: { ...tags },
    ownerHints: ownerHintsOf(tags),
    traits,
    protection: traits.includes('break-glass')
      ? { protected: true, reason: 'declared break-glass by tag' }
      : { protected: false, reason: '' },
    observedAt,
  };
}

function trustOf(
  enabled: boolean,
  createdAt: Instant | null | undefined,
  expiresAt: Fact<Instant>,
): Credential {
  return {
    credentialId: TRUST,
    type: 'federated-trust',
    status: enabled ? 'active' : 'inactive',
    createdAt: dated(createdAt),
    lastRotatedAt: unknown(`${SOURCE} (records no rotation)`),
    expiresAt,
    lastUse: NO_USE,
  };
}

/** Serial numbers are unique for one issuer only: where two are the same, their issuers tell them apart. */
export function credentialIdOf(
  { issuer, serialNumber }: SubjectCredential,
  all: readonly SubjectCredential[],
): string {
  if (all.filter((other) => other.serialNumber === serialNumber).length === 1) return serialNumber;
  return `${serialNumber}@${createHash('sha256')
    .update(issuer ?? '')
    .digest('hex')
    .slice(0, 12)}`;
}

function credentialOf(
  credential: SubjectCredential,
  all: readonly SubjectCredential[],
  now: Instant,
): Credential {
  const [certificate] = certificatesIn(credential.x509CertificateData);
  const isOver = certificate !== undefined && certificate.until < now;
  return {
    credentialId: credentialIdOf(credential, all),
    type: 'certificate',
    status: credential.enabled ? (isOver ? 'expired' : 'active') : 'inactive',
    providerId: credential.serialNumber,
    createdAt: certificate ? known(certificate.from, 'certificate, notBefore') : unknown(SOURCE),
    lastRotatedAt: unknown(`${SOURCE} (a certificate is replaced, not rotated)`),
    expiresAt: certificate ? known(certificate.until, 'certificate, notAfter') : unknown(SOURCE),
    lastUse:
      credential.failed === true
        ? { state: 'unknown', lookedIn: [`${SOURCE} seenAt (the last attempt was refused)`] }
        : seen(credential.seenAt, 'seenAt'),
  };
}

function seen(at: Instant | null | undefined, field: string): LastUse {
  const source = `${SOURCE} ${field}`;
  return at ? { state: 'used', at, source } : { state: 'unknown', lookedIn: [source] };
}

function dated(at: Instant | null | undefined): Fact<Instant> {
  return at ? known(at, `${SOURCE} createdAt`) : unknown(`${SOURCE} createdAt`);
}

/** A bundle is over when the first of its certificates is. */
function endOf(pem: string | null | undefined): Fact<Instant> {
  const [first, ...rest] = certificatesIn(pem).map(({ until }) => until);
  if (first === undefined) return unknown(`${SOURCE} (no certificate in the answer)`);
  return known(earliest(first, ...rest), 'certificate of the authority, notAfter');
}

interface Validity {
  readonly from: Instant;
  readonly until: Instant;
}

/** Certificates as PEM, or one as DER in base64. What is none is left out. */
function certificatesIn(data: string | null | undefined): Validity[] {
  if (!data) return [];
  const blocks = data.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  return (blocks ?? [Buffer.from(data, 'base64')]).flatMap((block) => {
    try {
      const { validFromDate, validToDate } = new X509Certificate(block);
      return [{ from: instantOf(validFromDate.getTime()), until: instantOf(validToDate.getTime()) }];
    } catch {
      // Attacker-controlled bytes: they say nothing of when it ends.
      return [];
    }
  });
}
