// Whether somebody has deleted the certificate. While it is there nobody can say more than what ACM shows.
import type { VerificationResult } from '../../application/ports/connector.ts';
import type { PreImage } from '../../domain/removal/pre-image.ts';
import type { Certificates } from './certificates.ts';
import { parseCertificateState } from './locate.ts';

/** Looks for it. Deleted in ACM, its copies elsewhere are trusted until they expire. */
export async function verifyTarget(
  certificates: Certificates,
  preImage: PreImage,
): Promise<VerificationResult> {
  const { arn, expiresAt, region } = parseCertificateState(preImage.detail);
  const live = await certificates.describe(region, arn);
  if (!live) {
    const until = expiresAt ?? 'an unknown time';
    const copies = `a copy of it outside of ACM is trusted until ${until}, unless its issuer revoked it`;
    return { level: 'confirmed', reasons: [`ACM has no ${arn} any more`, copies], ...NOTHING_MORE };
  }
  const reasons = [
    `ACM still has it, ${live.Status ?? 'status unknown'}`,
    live.InUseBy.length === 0 ? 'nothing of AWS uses it' : `in use by ${live.InUseBy.join(', ')}`,
  ];
  return { level: 'unchecked', reasons, ...NOTHING_MORE };
}

const NOTHING_MORE = { sessionsMayLiveUntil: undefined, drifted: false } as const;
