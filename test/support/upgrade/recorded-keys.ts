// Keys of recorded releases, made from words: a recording can be sealed on with the keys it was begun with.
import { createECDH, createHash, createPrivateKey, type KeyObject } from 'node:crypto';

const digestOf = (words: string): Buffer => createHash('sha256').update(words).digest();

/** Signs the attestations of a recording. */
export function recordedAttestationKey(): KeyObject {
  const secret = digestOf('attestations of recorded releases');
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(secret);
  const point = curve.getPublicKey();
  const text = (bytes: Buffer) => bytes.toString('base64url');
  return createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: text(secret),
      x: text(point.subarray(1, 33)),
      y: text(point.subarray(33)),
    },
  });
}

/** What PKCS #8 puts before the 32 bytes of an Ed25519 key (RFC 8410 §7). */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Signs the log of a recording. */
export function recordedLogKey(): KeyObject {
  const der = Buffer.concat([ED25519_PREFIX, digestOf('log of recorded releases')]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}
