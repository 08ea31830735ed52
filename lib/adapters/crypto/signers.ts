// Signers over private keys in this process.
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Cosigner, NoteSigner, Signer } from '../../application/ports/signer.ts';
import { keyIdOf } from '../../domain/attestation/bytes/key-id.ts';
import { cosignedMessage, encodeCosignature } from '../../domain/attestation/log/cosignature.ts';
import { SIGNATURE_TYPE, verifierKey } from '../../domain/attestation/log/verifier-key.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { type KeyKind, kindOf } from './key-file.ts';
import { rawEd25519 } from './public-keys.ts';

/** Signs attestations with a P-256 private key. @throws InvalidInputError `BAD_ARGUMENT` for another key */
export function p256Signer(privateKey: KeyObject): Signer {
  assertKind(privateKey, 'p256');
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const publicKeySpki = new Uint8Array(spki);
  return {
    keyId: keyIdOf(publicKeySpki),
    publicKeySpki,
    sign: async (message) => new Uint8Array(sign('sha256', message, { key: privateKey, dsaEncoding: 'der' })),
  };
}

/** Signs checkpoints as a log (type 0x01). The name is the log's origin. */
export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  assertKind(privateKey, 'ed25519');
  const publicKey32 = rawEd25519(createPublicKey(privateKey));
  const { keyId4 } = verifierKey(name, SIGNATURE_TYPE.ed25519, publicKey32);
  return {
    name,
    keyId4,
    publicKey32,
    sign: async (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

/** Cosigns checkpoints as a witness (type 0x04). Use a key of its own: the message does not name the witness. */
export function cosigner(name: string, privateKey: KeyObject): Cosigner {
  assertKind(privateKey, 'ed25519');
  const publicKey32 = rawEd25519(createPublicKey(privateKey));
  const { keyId4 } = verifierKey(name, SIGNATURE_TYPE.cosignature, publicKey32);
  return {
    name,
    keyId4,
    publicKey32,
    cosign: async (checkpointText, atSeconds) => {
      const signature = sign(null, cosignedMessage(checkpointText, atSeconds), privateKey);
      return encodeCosignature({ atSeconds, signature: new Uint8Array(signature) });
    },
  };
}

function assertKind(key: KeyObject, kind: KeyKind): void {
  if (key.type === 'private' && kindOf(key) === kind) return;
  throw new InvalidInputError({ code: 'BAD_ARGUMENT', message: `Expected a ${kind} private key.` });
}
