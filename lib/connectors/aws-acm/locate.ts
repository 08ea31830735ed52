// From the certificate the reviewer was shown to what ACM has now.
import * as z from 'zod';
import type { Located, RemovalTarget } from '../../application/ports/connector.ts';
import { IntegrityError, RefusedError } from '../../domain/errors.ts';
import { Instant } from '../../domain/time.ts';
import { chosenCredential } from '../aws/acts.ts';
import type { Caller } from '../aws/session.ts';
import type { Certificates } from './certificates.ts';
import { manifest } from './manifest.ts';
import { algorithmOf } from './schema.ts';

/** What is remembered of a certificate. Nothing can be put back from it: it says what there was. */
export const CertificateState = z.strictObject({
  region: z.string(),
  arn: z.string(),
  status: z.string(),
  keyAlgorithm: z.string(),
  expiresAt: Instant.nullable(),
  inUseBy: z.array(z.string()),
});
export type CertificateState = z.infer<typeof CertificateState>;

/** Reads a stored `detail` back. @throws IntegrityError CORRUPT_RECORD when it is not one this connector wrote. */
export function parseCertificateState(detail: unknown): CertificateState {
  const parsed = CertificateState.safeParse(detail);
  if (parsed.success) return parsed.data;
  throw new IntegrityError({
    code: 'CORRUPT_RECORD',
    message: 'the recorded state of this removal is not one the aws-acm connector wrote',
    cause: parsed.error,
  });
}

/** What locating works with. */
export interface LocateParts {
  readonly certificates: Certificates;
  readonly caller: () => Promise<Caller>;
  readonly now: () => Instant;
}

/** Reads the target's present state. @throws RefusedError NOT_FOUND for a credential it does not have */
export async function locateTarget(parts: LocateParts, target: RemovalTarget): Promise<Located> {
  chosenCredential(target);
  const { reviewed, identityId } = target;
  const at = reviewed.nativeId.indexOf('/');
  if (reviewed.kind !== 'certificate' || at <= 0) {
    const message = `${manifest.id}: ${reviewed.kind} ${identityId} is not looked after here`;
    throw new RefusedError({ code: 'NOT_SUPPORTED', message });
  }
  const partition = (await parts.caller()).arn.split(':')[1] ?? 'aws';
  const region = reviewed.nativeId.slice(0, at);
  const arn = `arn:${partition}:acm:${region}:${reviewed.scope}:${reviewed.nativeId.slice(at + 1)}`;
  const live = await parts.certificates.describe(region, arn);
  if (!live) return { found: 'vanished', reason: `there is no certificate ${arn} any more` };
  const status = live.Status ?? 'unknown';
  const detail: CertificateState = {
    region,
    arn,
    status,
    keyAlgorithm: algorithmOf(live),
    expiresAt: live.NotAfter ?? null,
    inUseBy: live.InUseBy,
  };
  const use = live.InUseBy.length === 0 ? 'not in use by AWS' : `in use by ${live.InUseBy.join(', ')}`;
  return {
    found: 'one',
    state: {
      label: `certificate ${live.DomainName ?? arn} in ${region} (${algorithmOf(live)}, ${status}, ${use})`,
      enabled: status === 'ISSUED',
      lastUse: { state: 'unknown', lookedIn: ['ACM (records no use of a certificate)'] },
      observedAt: parts.now(),
      detail,
    },
  };
}
