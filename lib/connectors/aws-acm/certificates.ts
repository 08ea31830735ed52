// The live side of certificates: listed, described, their tags read. Nothing here changes one.
import {
  ACMClient,
  DescribeCertificateCommand,
  KeyAlgorithm,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
} from '@aws-sdk/client-acm';
import { UpstreamError } from '../../domain/errors.ts';
import type { AwsSession } from '../aws/session.ts';
import { attempt, parseAnswer } from '../aws/upstream.ts';
import { manifest } from './manifest.ts';
import { CertificateDetail, CertificateSummary, ListAnswer, TagsAnswer } from './schema.ts';

/** A page of certificates. */
export interface CertificatePage {
  readonly certificates: readonly CertificateSummary[];
  /** Entries that were no certificates as ACM describes them, each with its fault. */
  readonly faults: readonly string[];
  readonly next: string | undefined;
}

/** What is asked of ACM. Methods throw UpstreamError. */
export interface Certificates {
  list(region: string, after: string | undefined): Promise<CertificatePage>;
  /** Undefined when there is no such certificate. */
  describe(region: string, arn: string): Promise<CertificateDetail | undefined>;
  tags(region: string, arn: string): Promise<Readonly<Record<string, string>>>;
}

const PROVIDER = manifest.id;

/** Without naming every algorithm ACM lists RSA keys of 1,024 and 2,048 bits only. */
const EVERY_ALGORITHM = Object.values(KeyAlgorithm);

/** Makes it over SDK clients, one for each Region asked for. */
export function createCertificates(session: AwsSession): Certificates {
  const clients = new Map<string, ACMClient>();
  const clientOf = (region: string): ACMClient => {
    const found = clients.get(region) ?? new ACMClient(session.clientConfig(region));
    clients.set(region, found);
    return found;
  };
  const send = <T>(action: string, region: string, request: (client: ACMClient) => Promise<T>): Promise<T> =>
    attempt(PROVIDER, `${action} in ${region}`, () => request(clientOf(region)));
  return {
    async list(region, NextToken) {
      const command = new ListCertificatesCommand({
        MaxItems: 1000,
        Includes: { keyTypes: EVERY_ALGORITHM },
        ...(NextToken !== undefined && { NextToken }),
      });
      const answer = await send('ListCertificates', region, (client) => client.send(command));
      return pageOf(parseAnswer(ListAnswer, answer, PROVIDER, 'ListCertificates'));
    },
    async describe(region, CertificateArn) {
      try {
        const command = new DescribeCertificateCommand({ CertificateArn });
        const answer = await send('DescribeCertificate', region, (client) => client.send(command));
        return parseAnswer(CertificateDetail, answer.Certificate, PROVIDER, 'DescribeCertificate');
      } catch (error) {
        if (error instanceof UpstreamError && error.code === 'NOT_FOUND') return undefined;
        throw error;
      }
    },
    async tags(region, CertificateArn) {
      const command = new ListTagsForCertificateCommand({ CertificateArn });
      const answer = await send('ListTagsForCertificate', region, (client) => client.send(command));
      return parseAnswer(TagsAnswer, answer, PROVIDER, 'ListTagsForCertificate').Tags;
    },
  };
}

function pageOf({ CertificateSummaryList, NextToken }: ListAnswer): CertificatePage {
  const certificates: CertificateSummary[] = [];
  const faults: string[] = [];
  for (const entry of CertificateSummaryList ?? []) {
    const parsed = CertificateSummary.safeParse(entry);
    if (parsed.success) certificates.push(parsed.data);
    else faults.push(`${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  }
  return { certificates, faults, next: NextToken ?? undefined };
}
