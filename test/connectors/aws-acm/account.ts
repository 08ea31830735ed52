// An account with certificates on a stand-in that refuses what ACM refuses, and the connector over the real SDK.
import type { Connector, RemovalTarget } from '../../../lib/application/ports/connector.ts';
import { createAwsAcm } from '../../../lib/connectors/aws-acm/connector.ts';
import { AwsAcmSettings } from '../../../lib/connectors/aws-acm/settings.ts';
import type { CollectionReport } from '../../../lib/domain/identity/collection.ts';
import type { Identity } from '../../../lib/domain/identity/identity.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import { ACCOUNT, type Asked, AwsFault, KEYS, type StandIn, startStandIn } from '../aws/stand-in.ts';

/** When the tests take place. */
export const START = '2026-03-01T09:00:00.000Z' as Instant;

/** A certificate as the account has it. */
export interface KeptCertificate {
  readonly arn: string;
  readonly domain: string;
  inUseBy: string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Record<string, unknown>;
}

/** A certificate to make. */
export interface NewCertificate {
  readonly domain: string;
  readonly inUseBy?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A running account. */
export interface Running {
  readonly standIn: StandIn;
  readonly connector: Connector;
  readonly notes: string[];
  readonly kept: KeptCertificate[];
  make(settings?: Partial<AwsAcmSettings>): Connector;
}

const MADE = Date.UTC(2025, 0, 1) / 1000;

/** Starts an account. `pageSize`: certificates a page. Close `standIn` afterwards. */
export async function start(made: readonly NewCertificate[], pageSize = 1000): Promise<Running> {
  const kept = made.map(
    ({ domain, fields = {}, inUseBy = [], tags = {} }, at): KeptCertificate => ({
      arn: `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
      domain,
      inUseBy: [...inUseBy],
      tags,
      fields: {
        Status: 'ISSUED',
        Type: 'AMAZON_ISSUED',
        KeyAlgorithm: 'RSA_2048',
        CreatedAt: MADE,
        IssuedAt: MADE,
        NotAfter: Date.UTC(2027, 0, 1) / 1000,
        RenewalEligibility: 'ELIGIBLE',
        ...fields,
      },
    }),
  );
  const standIn = await startStandIn((asked) => answer(kept, asked, pageSize));
  const notes: string[] = [];
  const make = (settings: Partial<AwsAcmSettings> = {}): Connector =>
    createAwsAcm(
      AwsAcmSettings.parse({
        endpoint: standIn.endpoint,
        emulatorKeys: KEYS,
        attemptsPerRequest: 1,
        retryBudget: 2,
        ...settings,
      }),
      { clock: { now: () => START }, note: (message) => void notes.push(message) },
      async () => undefined,
    );
  return { standIn, connector: make(), notes, kept, make };
}

function answer(kept: KeptCertificate[], { action, body }: Asked, pageSize: number): unknown {
  if (action === 'ListCertificates') {
    const { keyTypes = ['RSA_1024', 'RSA_2048'] } = (body['Includes'] ?? {}) as { keyTypes?: string[] };
    const listed = kept.filter(({ fields }) => keyTypes.includes(String(fields['KeyAlgorithm'])));
    const from = Number(body['NextToken'] ?? 0);
    const next = from + pageSize;
    return {
      CertificateSummaryList: listed.slice(from, next).map(({ arn, domain, fields, inUseBy }) => ({
        ...fields,
        CertificateArn: arn,
        DomainName: domain,
        InUse: inUseBy.length > 0,
      })),
      ...(next < listed.length && { NextToken: String(next) }),
    };
  }
  const found = kept.find(({ arn }) => arn === body['CertificateArn']);
  if (!found) throw new AwsFault('ResourceNotFoundException', 'Could not find certificate.');
  switch (action) {
    case 'DescribeCertificate':
      return {
        Certificate: {
          ...found.fields,
          KeyAlgorithm: String(found.fields['KeyAlgorithm']).replace('_', '-'),
          CertificateArn: found.arn,
          DomainName: found.domain,
          InUseBy: found.inUseBy,
        },
      };
    case 'ListTagsForCertificate':
      return { Tags: Object.entries(found.tags).map(([Key, Value]) => ({ Key, Value })) };
    default:
      throw new AwsFault('AccessDeniedException', `not authorized to perform: acm:${action}`, 403);
  }
}

/** Collects everything. */
export async function collect(
  connector: Connector,
): Promise<{ readonly identities: Identity[]; readonly report: CollectionReport }> {
  const collection = connector.collect();
  const identities: Identity[] = [];
  for await (const identity of collection.identities) identities.push(identity);
  return { identities, report: collection.report() };
}

/** A target as a reviewer decided on it. */
export async function targetOf(connector: Connector, name: string): Promise<RemovalTarget> {
  const { identities } = await collect(connector);
  const reviewed = identities.find((identity) => identity.name === name);
  if (!reviewed) throw new Error(`no ${name} among ${identities.map((each) => each.name).join(', ')}`);
  return { identityId: reviewed.identityId, credentialId: undefined, reviewed };
}
