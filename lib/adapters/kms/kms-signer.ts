// Signs attestations with a key that never leaves KMS.
import { hash } from 'node:crypto';
import type { Signer } from '../../application/ports/signer.ts';
import { keyIdOf } from '../../domain/attestation/bytes/key-id.ts';
import { p256PublicKey } from '../crypto/public-keys.ts';
import { verifyP256 } from '../crypto/verify-signatures.ts';
import { type KmsKey, readSigningKey, signWithKms, wrongKey } from './kms-keys.ts';

/**
 * Opens a P-256 key (`ECC_NIST_P256`, `SIGN_VERIFY`); the role needs `kms:GetPublicKey` and `kms:Sign` on it. Messages are
 * hashed here: KMS takes messages of up to 4096 bytes only, digests of any.
 * @throws InvalidInputError `BAD_SETTING` for a key of another kind; UpstreamError
 */
export async function createKmsSigner(key: KmsKey): Promise<Signer> {
  const publicKeySpki = await readSigningKey(key, 'ECC_NIST_P256');
  if (p256PublicKey(publicKeySpki) === undefined) throw wrongKey(key.keyId, 'has no public key on P-256');
  return {
    keyId: keyIdOf(publicKeySpki),
    publicKeySpki,
    sign: (message) =>
      signWithKms(
        key,
        { bytes: hash('sha256', message, 'buffer'), type: 'DIGEST', algorithm: 'ECDSA_SHA_256' },
        (signature) => verifyP256(publicKeySpki, message, signature),
      ),
  };
}
