// Signing keys in KMS: which kind they are, their public half, and one call to sign.
import {
  GetPublicKeyCommand,
  type KMSClient,
  type MessageType,
  SignCommand,
  type SigningAlgorithmSpec,
} from '@aws-sdk/client-kms';
import { IntegrityError, InvalidInputError } from '../../domain/errors.ts';
import { callAws } from '../aws/call-aws.ts';

/** A key and the client to reach it with. */
export interface KmsKey {
  readonly client: KMSClient;
  /** ARN of the key; an alias could be moved to another key meanwhile. */
  readonly keyId: string;
}

/** KMS signs messages of up to this many bytes; longer ones only by their digest. https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
export const MAX_MESSAGE_BYTES = 4096;

/**
 * The public half of a signing key, SubjectPublicKeyInfo DER. https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
 * @throws InvalidInputError `BAD_SETTING` for a key of another kind; UpstreamError
 */
export async function readSigningKey(
  { client, keyId }: KmsKey,
  spec: 'ECC_NIST_P256' | 'ECC_NIST_EDWARDS25519',
): Promise<Uint8Array> {
  const { PublicKey, KeySpec, KeyUsage } = await callAws('kms', `tell the public key of ${keyId}`, () =>
    client.send(new GetPublicKeyCommand({ KeyId: keyId })),
  );
  if (KeySpec === spec && KeyUsage === 'SIGN_VERIFY' && PublicKey !== undefined)
    return new Uint8Array(PublicKey);
  throw wrongKey(keyId, `is ${KeySpec} for ${KeyUsage}, but must be ${spec} for SIGN_VERIFY`);
}

/** A setting names a key that cannot serve. */
export function wrongKey(keyId: string, what: string): InvalidInputError {
  return new InvalidInputError({ code: 'BAD_SETTING', message: `KMS key ${keyId} ${what}.` });
}

/** What is signed, and how. */
export interface KmsMessage {
  readonly bytes: Uint8Array;
  readonly type: MessageType;
  readonly algorithm: SigningAlgorithmSpec;
}

/**
 * Has KMS sign. What it answers is checked before anybody sees it, so that no signature of another key is ever recorded.
 * @param isValid whether a signature is the key's, for the message
 * @throws IntegrityError `SIGNATURE` when it is not; UpstreamError, `retryable` when throttled
 */
export async function signWithKms(
  { client, keyId }: KmsKey,
  { bytes, type, algorithm }: KmsMessage,
  isValid: (signature: Uint8Array) => boolean,
): Promise<Uint8Array> {
  const { Signature } = await callAws('kms', `sign with ${keyId}`, () =>
    client.send(
      new SignCommand({ KeyId: keyId, Message: bytes, MessageType: type, SigningAlgorithm: algorithm }),
    ),
  );
  const signature = new Uint8Array(Signature ?? []);
  if (isValid(signature)) return signature;
  throw new IntegrityError({
    code: 'SIGNATURE',
    message: `What KMS signed with ${keyId} does not verify with the public key it named.`,
  });
}
