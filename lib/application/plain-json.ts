// The canonical bytes of records that may carry absent optional fields.
import { canonicalBytes } from '../domain/attestation/bytes/canonical-json.ts';
import { sha256Hex } from '../domain/attestation/bytes/sha256.ts';

/** Canonical JSON bytes of a value, absent fields left out. Fractions are allowed: files are not statements. */
export function fileBytes(value: unknown): Uint8Array {
  return canonicalBytes(JSON.parse(JSON.stringify(value)), { floats: true });
}

/** SHA-256 (lowercase hex) of a value's canonical bytes. */
export function digestOf(value: unknown): string {
  return sha256Hex(fileBytes(value));
}

/** Reads a stored JSON file. The bytes were checked against their digest by the blob store. */
export function readFileBytes(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
