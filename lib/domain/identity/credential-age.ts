// Which credentials are static secrets, and how long each has gone without rotation.
import { daysBetween, type Instant, latest } from '../time.ts';
import type { Credential, CredentialType } from './credential.ts';
import { valueOf } from './fact.ts';

const STATIC_TYPES: ReadonlySet<CredentialType> = new Set([
  'access-key',
  'signing-certificate',
  'service-specific-credential',
  'ssh-public-key',
  'secret',
  'token',
  'password',
  'client-secret',
]);

/** A long-lived secret that admits whoever holds it until somebody rotates it. */
export function isStatic(credential: Credential): boolean {
  return STATIC_TYPES.has(credential.type);
}

/** When the present secret came into being: the later of creation and rotation; undefined when neither is known. */
export function secretSince(credential: Credential): Instant | undefined {
  const created = valueOf(credential.createdAt);
  const rotated = valueOf(credential.lastRotatedAt);
  if (created === undefined) return rotated;
  return rotated === undefined ? created : latest(created, rotated);
}

/** Days since the secret was made or last rotated; undefined when neither is known. */
export function secretAgeDays(credential: Credential, now: Instant): number | undefined {
  const since = secretSince(credential);
  return since === undefined ? undefined : daysBetween(since, now);
}
