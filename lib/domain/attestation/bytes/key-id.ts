// How a signing key is named: by the digest of its public half, so a name cannot be claimed for another key.
import * as z from 'zod';
import { sha256Hex } from './sha256.ts';

/** Lowercase hexadecimal SHA-256 of a key's SubjectPublicKeyInfo DER. A hint only: trust comes from the key. */
export const KeyId = z.string().regex(/^[0-9a-f]{64}$/, 'a key id is 64 lowercase hexadecimal characters');
export type KeyId = z.infer<typeof KeyId>;

/** The key id of a public key, given as SubjectPublicKeyInfo DER (RFC 5280 §4.1.2.7). */
export function keyIdOf(publicKeySpki: Uint8Array): KeyId {
  return sha256Hex(publicKeySpki);
}
