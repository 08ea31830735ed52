// Who signs, and how signatures are checked. Keys live behind these: in a file, or in KMS.

/** Signs attestations with ECDSA P-256 and SHA-256. */
export interface Signer {
  /** Lowercase hexadecimal SHA-256 of `publicKeySpki`. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeySpki: Uint8Array;
  /**
   * Signs a message: the whole pre-authentication encoding, not its digest (node:crypto cannot sign a digest;
   * a KMS signer hashes it itself and sends MessageType DIGEST, since RAW ends at 4096 bytes).
   * @returns the signature, DER
   */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Signs checkpoints as a C2SP signed note, type 0x01 (Ed25519). */
export interface NoteSigner {
  /** The key's name on the signature line; for a log, its origin. */
  readonly name: string;
  /** First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ publicKey32). */
  readonly keyId4: Uint8Array;
  readonly publicKey32: Uint8Array;
  /** @returns the 64-byte Ed25519 signature of the note text (KMS: MessageType RAW, never the prehashed form). */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Cosigns checkpoints as a witness, type 0x04 (`cosignature/v1`). */
export interface Cosigner {
  readonly name: string;
  /** First four bytes of SHA-256(name ‖ 0x0A ‖ 0x04 ‖ publicKey32). */
  readonly keyId4: Uint8Array;
  readonly publicKey32: Uint8Array;
  /**
   * @param checkpointText the whole checkpoint text, final newline included
   * @param atSeconds seconds since the epoch, of the wall clock
   * @returns 72 bytes: uint64-be time ‖ Ed25519 signature
   */
  cosign(checkpointText: string, atSeconds: number): Promise<Uint8Array>;
}

/** Checks an Ed25519 signature against a raw 32-byte public key. Malformed input is `false`. */
export type VerifyEd25519 = (publicKey32: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
