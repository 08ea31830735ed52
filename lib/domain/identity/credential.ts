// What an identity authenticates with. One stale key of two is one removal, not two.
import * as z from 'zod';
import { Instant } from '../time.ts';
import { factOf } from './fact.ts';

/** When something was last used: used, provably never used, or unknown. Unknown use is not unused. */
export const LastUse = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('used'),
    at: Instant,
    /** The service or endpoint called, where the source says so. */
    service: z.string().optional(),
    region: z.string().optional(),
    /** Who or what called, where the source says so. */
    caller: z.string().optional(),
    source: z.string(),
  }),
  z.strictObject({
    state: z.literal('never'),
    source: z.string(),
    /** The source's records begin only here, and show no use since. Absent: they cover its whole life. */
    since: Instant.optional(),
  }),
  z.strictObject({ state: z.literal('unknown'), lookedIn: z.array(z.string()) }),
]);
export type LastUse = z.infer<typeof LastUse>;

/** What kind of thing a credential is. */
export const CredentialType = z.enum([
  'access-key',
  'signing-certificate',
  'service-specific-credential',
  'ssh-public-key',
  'certificate',
  'secret',
  'token',
  'password',
  'client-secret',
  'federated-trust',
]);
export type CredentialType = z.infer<typeof CredentialType>;

/** Whether a credential admits anyone today. */
export const CredentialStatus = z.enum(['active', 'inactive', 'expired', 'unknown']);
export type CredentialStatus = z.infer<typeof CredentialStatus>;

/** One credential and its lifecycle. Never holds a secret value. */
export const Credential = z.strictObject({
  /** Stable within the identity, for example `access-key-1` or the provider's public id. */
  credentialId: z.string().min(1).max(256),
  type: CredentialType,
  status: CredentialStatus,
  /** The provider's public id of the credential, where collection learns it (the credential report has none). */
  providerId: z.string().optional(),
  createdAt: factOf(Instant),
  lastRotatedAt: factOf(Instant),
  expiresAt: factOf(Instant),
  /** Whether its system replaces it by itself, and when next. Absent: the connector does not say. */
  rotation: z.strictObject({ automatic: factOf(z.boolean()), nextAt: factOf(Instant) }).optional(),
  lastUse: LastUse,
});
export type Credential = z.infer<typeof Credential>;
