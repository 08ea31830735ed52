// Checks signatures with node:crypto. Whatever is malformed does not verify; nothing throws.
import { type KeyObject, verify } from 'node:crypto';
import { ed25519PublicKey, p256PublicKey } from './public-keys.ts';
import { isStrictEcdsaDer } from './strict-der.ts';

/** Whether `der` is the ECDSA P-256/SHA-256 signature of the message by the key (SubjectPublicKeyInfo DER). */
export function verifyP256(spki: Uint8Array, message: Uint8Array, der: Uint8Array): boolean {
  const key = p256PublicKey(spki);
  if (key === undefined || !isStrictEcdsaDer(der)) return false;
  return verify('sha256', message, { key, dsaEncoding: 'der' }, der);
}

/** As `verifyP256`, on the thread pool: start many to use every core. */
export async function verifyP256InPool(
  spki: Uint8Array,
  message: Uint8Array,
  der: Uint8Array,
): Promise<boolean> {
  const key = p256PublicKey(spki);
  if (key === undefined || !isStrictEcdsaDer(der)) return false;
  return verifyInPool(key, message, der);
}

/** Whether `signature` is the Ed25519 signature (RFC 8032, pure) of the message by the raw 32-byte key. */
export function verifyEd25519(publicKey32: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = ed25519PublicKey(publicKey32);
  if (key === undefined || signature.length !== 64) return false;
  return verify(null, message, key, signature);
}

function verifyInPool(key: KeyObject, message: Uint8Array, der: Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify('sha256', message, { key, dsaEncoding: 'der' }, der, (error, valid) => {
      if (error === null) resolve(valid);
      else reject(error);
    });
  });
}
