// What one verification is given and has learned so far; each group of checks adds its part.

import type { CheckEd25519 } from '../../domain/attestation/log/signed-note.ts';
import type { Instant } from '../../domain/time.ts';
import type { KeyRing } from '../pack/key-ring.ts';
import type { PackManifest } from '../pack/pack-files.ts';
import type { PackSource } from '../pack/pack-source.ts';
import type { CheckBoard } from './check.ts';

/** Signature checks, given by the caller: this room does no cryptography of its own but hashing. */
export interface SignatureChecks {
  /** ECDSA P-256/SHA-256: SubjectPublicKeyInfo, message, DER. A promise may run on another thread. */
  readonly checkP256: (
    spki: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ) => boolean | Promise<boolean>;
  /** Ed25519: raw key, message, signature. */
  readonly checkEd25519: CheckEd25519;
}

/** What the caller may add. */
export interface VerifyOptions {
  readonly signatures: SignatureChecks;
  /** The auditor's own keys, laid out as a pack's `keys/`. */
  readonly trust?: PackSource | undefined;
  /** Checkpoints the auditor holds already: from a mail, a channel, a witness. */
  readonly against?: readonly { readonly name: string; readonly bytes: Uint8Array }[] | undefined;
  /** The moment freshness is judged at. @default the pack's export time */
  readonly asOf?: Instant | undefined;
  /** Told of bytes read, of all there are. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** A head of the log that was shown to be signed. */
export interface KnownHead {
  readonly size: number;
  readonly root: Uint8Array;
  /** Seconds since the epoch by each witness that cosigned it; the newest counts. */
  readonly cosignedAt: number | undefined;
}

/** One verification under way. */
export interface Audit {
  readonly source: PackSource;
  readonly options: VerifyOptions;
  readonly board: CheckBoard;
  readonly manifest: PackManifest;
  readonly keys: KeyRing;
  /** Told of bytes read. */
  readonly read: (bytes: number) => void;
}
