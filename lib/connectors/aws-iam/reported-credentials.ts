// Credentials as the credential report and ListServiceSpecificCredentials state them.
import type { Credential } from '../../domain/identity/credential.ts';
import { known, unknown } from '../../domain/identity/fact.ts';
import type { Instant } from '../../domain/time.ts';
import { neverUsed } from './last-use.ts';
import type { CredentialReportRow, ServiceSpecificCredential } from './schema.ts';

/** How the report is named as a source. */
export const REPORT = 'IAM credential report';

const NO_EXPIRY = unknown('IAM (access keys and certificates carry no expiry here)');
const NO_ROTATION = unknown(`${REPORT} (no date)`);

/** A key exists iff it is active or has a date (process.md §8). `last_rotated` is the day the key was made. */
export function accessKeysOf(row: CredentialReportRow): Credential[] {
  const keys: Credential[] = [];
  const first = row.access_key_1_last_rotated;
  if (row.access_key_1_active === true || first !== undefined) {
    keys.push(accessKey(1, row.access_key_1_active, first, row.access_key_1_last_used_date, row));
  }
  const second = row.access_key_2_last_rotated;
  if (row.access_key_2_active === true || second !== undefined) {
    keys.push(accessKey(2, row.access_key_2_active, second, row.access_key_2_last_used_date, row));
  }
  return keys;
}

function accessKey(
  slot: 1 | 2,
  active: boolean | undefined,
  createdAt: Instant | undefined,
  used: Instant | 'never' | 'unknown',
  row: CredentialReportRow,
): Credential {
  const made = createdAt === undefined ? NO_ROTATION : known(createdAt, REPORT);
  return {
    credentialId: `access-key-${slot}`,
    type: 'access-key',
    status: active === true ? 'active' : 'inactive',
    createdAt: made,
    lastRotatedAt: made,
    expiresAt: NO_EXPIRY,
    lastUse: keyUse(slot, createdAt, used, row),
  };
}

function keyUse(
  slot: 1 | 2,
  createdAt: Instant | undefined,
  used: Instant | 'never' | 'unknown',
  row: CredentialReportRow,
): Credential['lastUse'] {
  if (used === 'never') return neverUsed(createdAt, REPORT);
  if (used === 'unknown') return { state: 'unknown', lookedIn: [REPORT] };
  const service = row[`access_key_${slot}_last_used_service`];
  const region = row[`access_key_${slot}_last_used_region`];
  return { state: 'used', at: used, ...(service && { service }), ...(region && { region }), source: REPORT };
}

/** Signing certificates of the row's slots that exist, by the same rule. */
export function certificatesOf(row: CredentialReportRow): Credential[] {
  const slots = [
    [1, row.cert_1_active, row.cert_1_last_rotated],
    [2, row.cert_2_active, row.cert_2_last_rotated],
  ] as const;
  const certificates: Credential[] = [];
  for (const [slot, active, rotatedAt] of slots) {
    if (active !== true && rotatedAt === undefined) continue;
    const made = rotatedAt === undefined ? NO_ROTATION : known(rotatedAt, REPORT);
    certificates.push({
      credentialId: `signing-certificate-${slot}`,
      type: 'signing-certificate',
      status: active === true ? 'active' : 'inactive',
      createdAt: made,
      lastRotatedAt: made,
      expiresAt: NO_EXPIRY,
      lastUse: {
        state: 'unknown',
        lookedIn: [`${REPORT} (does not record the use of signing certificates)`],
      },
    });
  }
  return certificates;
}

/** A password for one service (CodeCommit, Bedrock, …): from `ListServiceSpecificCredentials`; the report omits them. */
export function serviceSpecificCredential(source: ServiceSpecificCredential): Credential {
  const listed = 'IAM ListServiceSpecificCredentials';
  const made = known(source.CreateDate, listed);
  return {
    credentialId: source.ServiceSpecificCredentialId,
    type: 'service-specific-credential',
    status: source.Status === 'Active' ? 'active' : source.Status === 'Expired' ? 'expired' : 'inactive',
    providerId: source.ServiceSpecificCredentialId,
    createdAt: made,
    lastRotatedAt: made,
    expiresAt: source.ExpirationDate
      ? known(source.ExpirationDate, listed)
      : unknown(`${listed} (no expiry set)`),
    lastUse: { state: 'unknown', lookedIn: [`${listed} (does not record use)`] },
  };
}
