// What ACM sends of a certificate. https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html
import * as z from 'zod';
import { instantOf } from '../../domain/time.ts';

const Moment = z.date().transform((at) => instantOf(at.getTime()));

/** ARN of a certificate in ACM. */
export const CERTIFICATE_ARN = /^arn:[a-z-]+:acm:([a-z0-9-]+):(\d{12}):(certificate\/[\w-]+)$/;

const shared = {
  CertificateArn: z.string().regex(CERTIFICATE_ARN, 'is no ARN of a certificate'),
  DomainName: z.string().nullish(),
  /** ISSUED, EXPIRED, REVOKED, PENDING_VALIDATION and others. */
  Status: z.string().nullish(),
  Type: z.string().nullish(),
  /** `RSA_2048` in a list, `RSA-2048` in a description. */
  KeyAlgorithm: z.string().nullish(),
  CreatedAt: Moment.nullish(),
  IssuedAt: Moment.nullish(),
  ImportedAt: Moment.nullish(),
  NotAfter: Moment.nullish(),
  RenewalEligibility: z.string().nullish(),
  /** The service that governs it. */
  ManagedBy: z.string().nullish(),
};

/** One entry of `ListCertificates`. */
export const CertificateSummary = z.object({
  ...shared,
  InUse: z.boolean().nullish(),
  Exported: z.boolean().nullish(),
});
export type CertificateSummary = z.infer<typeof CertificateSummary>;

/** `DescribeCertificate`. */
export const CertificateDetail = z.object({
  ...shared,
  InUseBy: z
    .array(z.string())
    .nullish()
    .transform((users) => [...(users ?? [])].toSorted()),
});
export type CertificateDetail = z.infer<typeof CertificateDetail>;

/** A page of `ListCertificates`; entries are read one by one, so that a strange one hides no other. */
export const ListAnswer = z.object({
  CertificateSummaryList: z.array(z.unknown()).nullish(),
  NextToken: z.string().nullish(),
});
export type ListAnswer = z.infer<typeof ListAnswer>;

/** `ListTagsForCertificate`. */
export const TagsAnswer = z.object({
  Tags: z
    .array(z.object({ Key: z.string(), Value: z.string().nullish() }))
    .nullish()
    .transform((tags) => Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value ?? '']))),
});

/** The key's algorithm, spelt in one way. */
export function algorithmOf({ KeyAlgorithm }: Pick<CertificateDetail, 'KeyAlgorithm'>): string {
  return KeyAlgorithm?.replaceAll('-', '_') ?? 'unknown';
}

/** `certificate/<id>` of a certificate's ARN, which was checked on reading. */
export function resourceOf(arn: string): string {
  return CERTIFICATE_ARN.exec(arn)?.[3] ?? '';
}
