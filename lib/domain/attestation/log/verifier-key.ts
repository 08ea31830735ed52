// Public keys of notes, as one line of text: `name+hex(keyID)+base64(type ‖ key)` (c2sp.org/signed-note).
import { InvalidInputError } from '../../errors.ts';
import { sha256 } from '../bytes/sha256.ts';
import { base64Bytes, base64Text, concatBytes, hexText, utf8Bytes } from '../bytes/text-bytes.ts';

/** Signature types in use: 0x01 Ed25519 by a log, 0x04 timestamped Ed25519 cosignature by a witness. */
export const SIGNATURE_TYPE = { ed25519: 0x01, cosignature: 0x04 } as const;
export type SignatureType = (typeof SIGNATURE_TYPE)[keyof typeof SIGNATURE_TYPE];

/** A key that may have signed a note. */
export interface VerifierKey {
  readonly name: string;
  readonly type: SignatureType;
  /** Four bytes; with the name, what a signature line is matched by. */
  readonly keyId4: Uint8Array;
  readonly publicKey32: Uint8Array;
}

/** SHA-256(name ‖ 0x0A ‖ type ‖ key)[0:4]. */
export function noteKeyId(name: string, type: SignatureType, publicKey32: Uint8Array): Uint8Array {
  const input = concatBytes([utf8Bytes(`${name}\n`), Uint8Array.of(type), publicKey32]);
  return sha256(input).slice(0, 4);
}

/** A verifier key from its parts. @throws InvalidInputError `BAD_ARGUMENT` for a bad name or key length */
export function verifierKey(name: string, type: SignatureType, publicKey32: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw refuse('the name is empty or has a space, a plus or a control character');
  if (publicKey32.length !== 32) throw refuse('an Ed25519 public key has 32 bytes');
  return { name, type, keyId4: noteKeyId(name, type, publicKey32), publicKey32 };
}

/** The key as one line of text, without a newline. */
export function formatVerifierKey({ name, type, keyId4, publicKey32 }: VerifierKey): string {
  const material = concatBytes([Uint8Array.of(type), publicKey32]);
  return `${name}+${hexText(keyId4)}+${base64Text(material)}`;
}

/** Reads what `formatVerifierKey` writes. @throws InvalidInputError `BAD_ARGUMENT` */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, keyIdHex, material] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  if (name === undefined || keyIdHex === undefined || material === undefined) {
    throw refuse('expected name+keyid+key');
  }
  const bytes = base64Bytes(material);
  const type = Object.values(SIGNATURE_TYPE).find((known) => known === bytes[0]);
  if (type === undefined) throw refuse('the signature type is neither 0x01 nor 0x04');
  const key = verifierKey(name, type, bytes.slice(1));
  if (hexText(key.keyId4) !== keyIdHex) throw refuse('the key id does not belong to this name and key');
  return key;
}

/** Whether a text may name a key: not empty, no Unicode space, no plus, no control character. */
export function isKeyName(name: string): boolean {
  return name.isWellFormed() && /^[^\p{White_Space}\p{Cc}+]+$/u.test(name);
}

function refuse(what: string): InvalidInputError {
  return new InvalidInputError({ code: 'BAD_ARGUMENT', message: `Not a verifier key: ${what}.` });
}
