// Signs and cosigns checkpoints with an Ed25519 key that never leaves KMS.
import type { Cosigner, NoteSigner } from '../../application/ports/signer.ts';
import { cosignedMessage, encodeCosignature } from '../../domain/attestation/log/cosignature.ts';
import { SIGNATURE_TYPE, verifierKey } from '../../domain/attestation/log/verifier-key.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { rawEd25519FromSpki } from '../crypto/public-keys.ts';
import { verifyEd25519 } from '../crypto/verify-signatures.ts';
import { type KmsKey, MAX_MESSAGE_BYTES, readSigningKey, signWithKms, wrongKey } from './kms-keys.ts';

/** A key in KMS, and its name on signature lines. */
export interface NamedKmsKey extends KmsKey {
  readonly name: string;
}

/**
 * Opens the key of a log (`ECC_NIST_EDWARDS25519`, `SIGN_VERIFY`, type 0x01); its name is the log's origin. The role needs
 * `kms:GetPublicKey` and `kms:Sign` on it. Signing also throws InvalidInputError `BAD_ARGUMENT` for a note over 4096 bytes.
 * @throws InvalidInputError `BAD_SETTING` for a key of another kind, `BAD_ARGUMENT` for a bad name; UpstreamError
 */
export async function createKmsNoteSigner(key: NamedKmsKey): Promise<NoteSigner> {
  const publicKey32 = await readEd25519(key);
  const { name, keyId4 } = verifierKey(key.name, SIGNATURE_TYPE.ed25519, publicKey32);
  return { name, keyId4, publicKey32, sign: (message) => signPure(key, publicKey32, message) };
}

/** Opens the key of a witness (type 0x04), otherwise as `createKmsNoteSigner`. Use a key of its own. */
export async function createKmsCosigner(key: NamedKmsKey): Promise<Cosigner> {
  const publicKey32 = await readEd25519(key);
  const { name, keyId4 } = verifierKey(key.name, SIGNATURE_TYPE.cosignature, publicKey32);
  return {
    name,
    keyId4,
    publicKey32,
    cosign: async (checkpointText, atSeconds) => {
      const message = cosignedMessage(checkpointText, atSeconds);
      const signature = await signPure(key, publicKey32, message);
      return encodeCosignature({ atSeconds, signature });
    },
  };
}

async function readEd25519(key: KmsKey): Promise<Uint8Array> {
  const publicKey32 = rawEd25519FromSpki(await readSigningKey(key, 'ECC_NIST_EDWARDS25519'));
  if (publicKey32 === undefined) throw wrongKey(key.keyId, 'has no Ed25519 public key');
  return publicKey32;
}

/** Pure Ed25519 (RFC 8032): the prehashed form, which KMS offers for digests, makes other signatures. */
async function signPure(key: KmsKey, publicKey32: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  if (message.length > MAX_MESSAGE_BYTES) {
    throw new InvalidInputError({
      code: 'BAD_ARGUMENT',
      message: `A note of ${message.length} bytes cannot be signed: KMS takes ${MAX_MESSAGE_BYTES}.`,
    });
  }
  return signWithKms(key, { bytes: message, type: 'RAW', algorithm: 'ED25519_SHA_512' }, (signature) =>
    verifyEd25519(publicKey32, message, signature),
  );
}
