// What Roles Anywhere sends. https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_Types.html
import * as z from 'zod';
import { parseInstant } from '../../domain/time.ts';

const Moment = z.string().transform((text, context) => {
  const at = parseInstant(text);
  if (at !== undefined) return at;
  context.addIssue({ code: 'custom', message: 'is no time' });
  return z.NEVER;
});

/** Id of a profile, trust anchor or subject. It becomes part of a path, so nothing else is let through. */
export const Id = z.string().regex(/^[a-f0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}$/, 'is no id');

/** A profile: roles that whoever is let in may assume, and what narrows their sessions. */
export const Profile = z.object({
  profileId: Id,
  profileArn: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  createdBy: z.string().nullish(),
  createdAt: Moment.nullish(),
  roleArns: z.array(z.string()).nullish(),
  managedPolicyArns: z.array(z.string()).nullish(),
  sessionPolicy: z.string().nullish(),
  durationSeconds: z.int().nullish(),
});
export type Profile = z.infer<typeof Profile>;

/** A trust anchor: the certificate authority whose certificates are let in. */
export const TrustAnchor = z.object({
  trustAnchorId: Id,
  trustAnchorArn: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  createdAt: Moment.nullish(),
  source: z
    .object({
      sourceType: z.string().nullish(),
      sourceData: z
        .object({ acmPcaArn: z.string().nullish(), x509CertificateData: z.string().nullish() })
        .nullish(),
    })
    .nullish(),
});
export type TrustAnchor = z.infer<typeof TrustAnchor>;

/** One entry of `ListSubjects`: somebody who came with a certificate. */
export const SubjectSummary = z.object({
  subjectId: Id,
  subjectArn: z.string(),
  x509Subject: z.string(),
  enabled: z.boolean().nullish(),
  lastSeenAt: Moment.nullish(),
  createdAt: Moment.nullish(),
});
export type SubjectSummary = z.infer<typeof SubjectSummary>;

/** A certificate a subject came with. */
export const SubjectCredential = z.object({
  serialNumber: z.string().min(1).max(200),
  issuer: z.string().nullish(),
  enabled: z.boolean(),
  /** The last attempt with it was refused: `seenAt` is then no use. */
  failed: z.boolean().nullish(),
  seenAt: Moment.nullish(),
  x509CertificateData: z.string().nullish(),
});
export type SubjectCredential = z.infer<typeof SubjectCredential>;

/** `GetSubject`. */
export const Subject = SubjectSummary.extend({
  credentials: z
    .array(SubjectCredential)
    .nullish()
    .transform((all) => all ?? []),
});
export type Subject = z.infer<typeof Subject>;

/** A certificate revocation list; its contents are not read. */
export const Crl = z.object({ crlId: Id, enabled: z.boolean(), trustAnchorArn: z.string().nullish() });
export type Crl = z.infer<typeof Crl>;

/** `ListTagsForResource`. */
export const TagsAnswer = z.object({
  tags: z
    .array(z.object({ key: z.string(), value: z.string() }))
    .nullish()
    .transform((tags) => Object.fromEntries((tags ?? []).map(({ key, value }) => [key, value]))),
});

/** An answer with an error in it, in either place AWS puts its name. */
export const ErrorAnswer = z.object({
  __type: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
});
