// Public keys as OpenSSL objects, kept, because reading one costs about as much as a verification.
import { createPublicKey, type KeyObject } from 'node:crypto';

/** What comes before the 64 bytes of an uncompressed P-256 point in a SubjectPublicKeyInfo (RFC 5480). */
const P256_SPKI_PREFIX = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';
/** What comes before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410). */
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** More keys than one pack ever names; bounds what an attacker's keys can occupy. */
const MAX_KEPT_KEYS = 256;
const kept = new Map<string, KeyObject | undefined>();

/**
 * The P-256 key of a SubjectPublicKeyInfo. Only the named curve with an uncompressed point is taken: a key written
 * in two ways would have two key ids. Undefined for anything else, a point off the curve included.
 */
export function p256PublicKey(spki: Uint8Array): KeyObject | undefined {
  const hex = Buffer.from(spki).toString('hex');
  if (spki.length !== 91 || !hex.startsWith(P256_SPKI_PREFIX)) return undefined;
  return remember(hex, () => importSpki(Buffer.from(spki)));
}

/** The Ed25519 key of 32 raw bytes; undefined for another length. */
export function ed25519PublicKey(publicKey32: Uint8Array): KeyObject | undefined {
  if (publicKey32.length !== 32) return undefined;
  const spki = Buffer.concat([ED25519_SPKI_PREFIX, publicKey32]);
  return remember(spki.toString('hex'), () => importSpki(spki));
}

/** The raw 32 bytes of an Ed25519 key. */
export function rawEd25519(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: 'der', type: 'spki' }).subarray(ED25519_SPKI_PREFIX.length));
}

/** The raw 32 bytes in an Ed25519 SubjectPublicKeyInfo (RFC 8410); undefined for any other. */
export function rawEd25519FromSpki(spki: Uint8Array): Uint8Array | undefined {
  const prefix = spki.subarray(0, ED25519_SPKI_PREFIX.length);
  if (spki.length !== 44 || Buffer.compare(prefix, ED25519_SPKI_PREFIX) !== 0) return undefined;
  return spki.slice(ED25519_SPKI_PREFIX.length);
}

/** An Ed25519 public key as SubjectPublicKeyInfo PEM, as openssl wants it. */
export function ed25519Pem(publicKey32: Uint8Array): string {
  const spki = Buffer.concat([ED25519_SPKI_PREFIX, publicKey32]);
  return createPublicKey({ key: spki, format: 'der', type: 'spki' })
    .export({ format: 'pem', type: 'spki' })
    .toString();
}

function importSpki(spki: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function remember(name: string, make: () => KeyObject | undefined): KeyObject | undefined {
  if (kept.has(name)) return kept.get(name);
  const [oldest] = kept.keys();
  if (kept.size >= MAX_KEPT_KEYS && oldest !== undefined) kept.delete(oldest);
  const key = make();
  kept.set(name, key);
  return key;
}
