// The hashes of an RFC 6962 Merkle tree. Leaves and nodes are told apart by a first byte, so that no node can be
// passed off as a leaf (RFC 6962 §2.1).
import { DIGEST_BYTES, sha256 } from '../bytes/sha256.ts';

/** The root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

/** SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + entry.length);
  input.set(entry, 1);
  return sha256(input);
}

// One buffer serves every call: hashing is synchronous and keeps no reference to it.
const nodeInput = new Uint8Array(1 + 2 * DIGEST_BYTES);
nodeInput[0] = 0x01;

/** SHA-256(0x01 ‖ left ‖ right). @throws RangeError unless both are 32 bytes */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  // A shorter one would leave bytes of an earlier call in the buffer.
  assertDigest(left);
  assertDigest(right);
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + DIGEST_BYTES);
  return sha256(nodeInput);
}

/** @throws RangeError unless the hash is 32 bytes */
export function assertDigest(hash: Uint8Array): void {
  if (hash.length !== DIGEST_BYTES)
    throw new RangeError(`A hash has ${DIGEST_BYTES} bytes, not ${hash.length}.`);
}
