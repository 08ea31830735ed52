// The right edge of a tree, as few hashes as its size has bits: enough to append and to know the root.
import { assertDigest, EMPTY_ROOT, nodeHash } from './merkle-hash.ts';

/** A tree seen from its right edge: its size, and the roots of its perfect subtrees, largest first. */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
}

/** The tree without leaves. */
export const EMPTY_FRONTIER: Frontier = { size: 0, hashes: [] };

/** The frontier after appending leaf hashes; earlier leaves are not read again. */
export function extendFrontier(frontier: Frontier, leafHashes: Iterable<Uint8Array>): Frontier {
  const hashes = [...frontier.hashes];
  let size = frontier.size;
  for (const leaf of leafHashes) {
    assertDigest(leaf);
    let hash = leaf;
    // Each trailing one bit of the size is a perfect subtree that the new leaf completes to a larger one.
    for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = hashes.pop();
      if (left === undefined) throw new RangeError(`A frontier of size ${frontier.size} lacks hashes.`);
      hash = nodeHash(left, hash);
    }
    hashes.push(hash);
    size++;
  }
  return { size, hashes };
}

/** The root of the tree (RFC 6962 §2.1). */
export function rootOfFrontier({ hashes }: Pick<Frontier, 'hashes'>): Uint8Array {
  return (
    hashes.reduceRight((right: Uint8Array | undefined, left) => {
      return right === undefined ? left : nodeHash(left, right);
    }, undefined) ?? EMPTY_ROOT
  );
}

/** The root over leaf hashes, in one go. */
export function rootOf(leafHashes: Iterable<Uint8Array>): Uint8Array {
  return rootOfFrontier(extendFrontier(EMPTY_FRONTIER, leafHashes));
}
