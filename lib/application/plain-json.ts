// The bytes of stored files. Files are named by the digest of their exact bytes, so they need not be canonical;
// only signed statements are (attestation-format.md §1).
import { sha256Hex } from '../domain/attestation/bytes/sha256.ts';

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** One line of JSON, absent fields left out; lone surrogates are escaped, so every text has bytes of its own. */
export function fileText(value: unknown): string {
  return JSON.stringify(value);
}

/** UTF-8 of `fileText`. */
export function fileBytes(value: unknown): Uint8Array {
  return ENCODER.encode(JSON.stringify(value));
}

/** SHA-256 (lowercase hex) of `fileBytes`. */
export function digestOf(value: unknown): string {
  return sha256Hex(fileBytes(value));
}

/** Reads a stored JSON file. The bytes were checked against their digest by the blob store. */
export function readFileBytes(bytes: Uint8Array): unknown {
  return JSON.parse(DECODER.decode(bytes));
}
