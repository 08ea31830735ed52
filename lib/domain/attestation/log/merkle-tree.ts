// A whole tree in memory: for packs, verifiers and tests, where every leaf hash is at hand.

import { rootOfFrontier } from './frontier.ts';
import { nodeHash } from './merkle-hash.ts';
import { consistencyRanges, inclusionRanges, type LeafRange, nodesOf, treeRange } from './node-range.ts';

/** A tree over given leaf hashes; any prefix of it can be asked for by its size. */
export interface MerkleTree {
  readonly size: number;
  /** Root of the first `size` leaves. @default all of them */
  root(size?: number): Uint8Array;
  /** Path of a leaf in the tree of the first `size` leaves, sibling first. @throws RangeError */
  inclusionPath(index: number, size?: number): Uint8Array[];
  /** Proof from the first `size1` to the first `size2` leaves. @throws RangeError */
  consistencyPath(size1: number, size2?: number): Uint8Array[];
}

/** Builds the tree: n−1 node hashes once, then each proof is look-ups and a few hashes at the right edge. */
export function merkleTree(leafHashes: readonly Uint8Array[]): MerkleTree {
  const levels = perfectLevels(leafHashes);
  const size = leafHashes.length;
  const hashOf = (range: LeafRange): Uint8Array => {
    const hashes = nodesOf(range).map(({ level, index }) => {
      const hash = levels[level]?.[index];
      if (hash === undefined) throw new RangeError(`Leaf ${range.end - 1} is not in a tree of ${size}.`);
      return hash;
    });
    return rootOfFrontier({ hashes });
  };
  return {
    size,
    root: (upTo = size) => hashOf(treeRange(upTo)),
    inclusionPath: (index, upTo = size) => inclusionRanges(index, upTo).map(hashOf),
    consistencyPath: (size1, size2 = size) => consistencyRanges(size1, size2).map(hashOf),
  };
}

/** Hashes of all perfect subtrees, by level. */
function perfectLevels(leafHashes: readonly Uint8Array[]): (readonly Uint8Array[])[] {
  const levels = [leafHashes];
  for (let level = leafHashes; level.length > 1; ) {
    const above: Uint8Array[] = [];
    let left: Uint8Array | undefined;
    for (const hash of level) {
      if (left === undefined) left = hash;
      else {
        above.push(nodeHash(left, hash));
        left = undefined;
      }
    }
    levels.push(above);
    level = above;
  }
  return levels;
}
