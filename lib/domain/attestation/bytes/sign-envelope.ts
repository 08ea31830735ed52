// From a body to the bytes of its signed envelope.
import { preAuthEncoding, sealEnvelope } from './envelope.ts';
import type { KeyId } from './key-id.ts';

/** What signing needs of a signer; the `Signer` port has it. */
export interface EnvelopeSigner {
  readonly keyId: KeyId;
  /** Signs the whole message, not its digest; DER. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/**
 * Signs a body and returns the envelope, exactly as it is to be stored and shipped.
 * @throws InvalidInputError `BAD_ARGUMENT` when the envelope would be over 65,535 bytes
 */
export async function signEnvelope(
  payloadType: string,
  body: Uint8Array,
  signer: EnvelopeSigner,
): Promise<Uint8Array> {
  const signature = await signer.sign(preAuthEncoding(payloadType, body));
  return sealEnvelope({ payloadType, body, signatures: [{ keyId: signer.keyId, signature }] });
}
