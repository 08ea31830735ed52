// Checks Merkle proofs. Every argument may come from an attacker: sizes are 64-bit, hashes of any length, and
// anything malformed is simply not proven.

import { DIGEST_BYTES } from '../bytes/sha256.ts';
import { sameBytes } from '../bytes/text-bytes.ts';
import { nodeHash } from './merkle-hash.ts';

/** A claim that a leaf is in a tree. */
export interface InclusionClaim {
  readonly index: bigint | number;
  readonly size: bigint | number;
  readonly leafHash: Uint8Array;
  /** Sibling of the leaf first. */
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** A claim that one tree is a prefix of another. */
export interface ConsistencyClaim {
  readonly size1: bigint | number;
  readonly size2: bigint | number;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly path: readonly Uint8Array[];
}

const MAX_UINT64 = (1n << 64n) - 1n;

/** Whether the path leads from the leaf to the root (RFC 9162 §2.1.3.2, same trees as RFC 6962). */
export function verifyInclusion({ index, size, leafHash, path, root }: InclusionClaim): boolean {
  const [at, count] = [asUint64(index), asUint64(size)];
  if (at === undefined || count === undefined || at >= count) return false;
  if (![leafHash, root, ...path].every(isDigest)) return false;
  const walk = { node: at, last: count - 1n };
  let hash = leafHash;
  for (const sibling of path) {
    if (walk.last === 0n) return false;
    if (isRightOrLast(walk)) {
      hash = nodeHash(sibling, hash);
      skipLevelsWithoutSibling(walk);
    } else {
      hash = nodeHash(hash, sibling);
    }
    climb(walk);
  }
  return walk.last === 0n && sameBytes(hash, root);
}

/**
 * Whether the path proves the first tree to be a prefix of the second (RFC 9162 §2.1.4.2). A first size of zero is
 * never proven: every tree extends the empty one, so such a claim would say nothing.
 */
export function verifyConsistency({ size1, size2, root1, root2, path }: ConsistencyClaim): boolean {
  const [first, second] = [asUint64(size1), asUint64(size2)];
  if (first === undefined || second === undefined || first === 0n || first > second) return false;
  if (first === second) return path.length === 0 && sameBytes(root1, root2);
  if (![root1, root2, ...path].every(isDigest)) return false;
  if (path.length === 0) return false;
  // Where the first tree is perfect, its root is itself the first hash.
  const hashes = (first & (first - 1n)) === 0n ? [root1, ...path] : path;
  const roots = rootsOf(first, second, hashes);
  return roots !== undefined && sameBytes(roots.root1, root1) && sameBytes(roots.root2, root2);
}

function rootsOf(
  first: bigint,
  second: bigint,
  [start, ...rest]: readonly Uint8Array[],
): { root1: Uint8Array; root2: Uint8Array } | undefined {
  if (start === undefined) return undefined;
  const walk = { node: first - 1n, last: second - 1n };
  while ((walk.node & 1n) === 1n) climb(walk);
  let [root1, root2] = [start, start];
  for (const sibling of rest) {
    if (walk.last === 0n) return undefined;
    if (isRightOrLast(walk)) {
      root1 = nodeHash(sibling, root1);
      root2 = nodeHash(sibling, root2);
      skipLevelsWithoutSibling(walk);
    } else {
      root2 = nodeHash(root2, sibling);
    }
    climb(walk);
  }
  return walk.last === 0n ? { root1, root2 } : undefined;
}

/** A node on its way to the root, and the last node of its level. */
interface Walk {
  node: bigint;
  last: bigint;
}

function isRightOrLast({ node, last }: Walk): boolean {
  return (node & 1n) === 1n || node === last;
}

/** The last node of a level with an odd count moves up unchanged. */
function skipLevelsWithoutSibling(walk: Walk): void {
  while (walk.node !== 0n && (walk.node & 1n) === 0n) climb(walk);
}

function climb(walk: Walk): void {
  walk.node >>= 1n;
  walk.last >>= 1n;
}

function asUint64(value: bigint | number): bigint | undefined {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
  const wide = BigInt(value);
  return wide >= 0n && wide <= MAX_UINT64 ? wide : undefined;
}

function isDigest(hash: Uint8Array): boolean {
  return hash.length === DIGEST_BYTES;
}
