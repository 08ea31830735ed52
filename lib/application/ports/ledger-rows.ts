// The rows of the ledger. Whoever can write to the table can write nonsense, so each is parsed when it is read.
import * as z from 'zod';
import { MAX_ENVELOPE_BYTES } from '../../domain/attestation/bytes/envelope.ts';
import { Instant } from '../../domain/time.ts';

/** Most leaves in one reservation, so two neighbouring checkpoints are never further apart. */
export const MAX_PASS_LEAVES = 1000;

const Size = z.int().nonnegative();

/** Lowercase hexadecimal of 32 bytes. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/, '64 lowercase hexadecimal characters');

/** One attestation in the log: the envelope exactly as signed, and where it is. */
export const LeafRow = z.strictObject({
  index: Size,
  attestationId: Digest,
  /** SHA-256(0x00 ‖ envelope), RFC 6962 §2.1. */
  leafHash: Digest,
  envelope: z.string().max(MAX_ENVELOPE_BYTES),
});
export type LeafRow = z.infer<typeof LeafRow>;

/** That a fact is in the log, and where: what makes sealing it a second time impossible. */
export const SealedRow = z.strictObject({ attestationId: Digest, index: Size });
export type SealedRow = z.infer<typeof SealedRow>;

/** One fact a pass has promised a place. */
export const ReservedLeaf = z.strictObject({
  attestationId: Digest,
  /** With the id, the key of its inbox row. */
  receivedAt: Instant,
  leafHash: Digest,
});
export type ReservedLeaf = z.infer<typeof ReservedLeaf>;

/** What follows the tree of `size`: whoever inserts it first decides, and every pass at that size finishes it. */
export const ReservationRow = z.strictObject({
  size: Size,
  newSize: Size,
  newRoot: Digest,
  sealedAt: Instant,
  /** In log order. */
  leaves: z.array(ReservedLeaf).min(1).max(MAX_PASS_LEAVES),
});
export type ReservationRow = z.infer<typeof ReservationRow>;

/** A full hash tile (c2sp.org/tlog-tiles): 256 hashes, base64. */
export const TileRow = z.strictObject({ level: Size, index: Size, hashes: z.base64() });
export type TileRow = z.infer<typeof TileRow>;

/** The hashes of each tile level that are in no full tile yet, concatenated, base64: all it takes to append. */
export const EdgeRow = z.strictObject({ size: Size, levels: z.array(z.base64()).max(8) });
export type EdgeRow = z.infer<typeof EdgeRow>;

/** The signed note of the tree of `size`. */
export const CheckpointRow = z.strictObject({
  size: Size,
  root: Digest,
  sealedAt: Instant,
  note: z.string(),
});
export type CheckpointRow = z.infer<typeof CheckpointRow>;

/** A witness's signature line on the checkpoint of `size`, as the note carries it, final newline included. */
export const CosignatureRow = z.strictObject({ size: Size, witness: z.string(), line: z.string() });
export type CosignatureRow = z.infer<typeof CosignatureRow>;

/** What a key signs: attestations (P-256) or checkpoints (Ed25519). */
export const KeyUse = z.enum(['attestation', 'log']);
export type KeyUse = z.infer<typeof KeyUse>;

/** A public key. Its range starts right after the fact that introduced it, or with the log. */
export const KeyRow = z.strictObject({
  use: KeyUse,
  /** SHA-256 of the public key. */
  keyId: Digest,
  /** Base64 of the SubjectPublicKeyInfo, DER. */
  publicKey: z.base64(),
  addedAt: Instant,
  /** Attestation id of the key-transition; absent for the first key. */
  introducedBy: Digest.optional(),
});
export type KeyRow = z.infer<typeof KeyRow>;

/** That a key is retired: its range ends with the fact that says so. */
export const KeyEndRow = z.strictObject({
  use: KeyUse,
  keyId: Digest,
  retiredAt: Instant,
  /** Attestation id of the key-transition. */
  retiredBy: Digest,
});
export type KeyEndRow = z.infer<typeof KeyEndRow>;

/** Row kinds and their shapes. */
export interface LedgerRows {
  readonly leaf: LeafRow;
  readonly sealed: SealedRow;
  readonly reservation: ReservationRow;
  readonly tile: TileRow;
  readonly edge: EdgeRow;
  readonly checkpoint: CheckpointRow;
  readonly cosignature: CosignatureRow;
  readonly key: KeyRow;
  readonly 'key-end': KeyEndRow;
}

/** A kind of row. */
export type LedgerKind = keyof LedgerRows;

/** The schema of each kind. */
export const LEDGER_ROWS: { readonly [K in LedgerKind]: z.ZodType<LedgerRows[K]> } = {
  leaf: LeafRow,
  sealed: SealedRow,
  reservation: ReservationRow,
  tile: TileRow,
  edge: EdgeRow,
  checkpoint: CheckpointRow,
  cosignature: CosignatureRow,
  key: KeyRow,
  'key-end': KeyEndRow,
};

/** What a row of each kind is looked up by. */
export interface LedgerKeys {
  readonly leaf: { readonly index: number };
  readonly sealed: { readonly attestationId: string };
  readonly reservation: { readonly size: number };
  readonly tile: { readonly level: number; readonly index: number };
  readonly edge: { readonly size: number };
  readonly checkpoint: { readonly size: number };
  readonly cosignature: { readonly size: number; readonly witness: string };
  readonly key: { readonly use: KeyUse; readonly keyId: string };
  readonly 'key-end': { readonly use: KeyUse; readonly keyId: string };
}
