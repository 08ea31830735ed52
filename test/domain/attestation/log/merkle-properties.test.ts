import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../../lib/domain/attestation/bytes/sha256.ts';
import { appendLeaves, EMPTY_EDGE } from '../../../../lib/domain/attestation/log/append-leaves.ts';
import {
  EMPTY_FRONTIER,
  extendFrontier,
  rootOf,
  rootOfFrontier,
} from '../../../../lib/domain/attestation/log/frontier.ts';
import { EMPTY_ROOT, leafHash, nodeHash } from '../../../../lib/domain/attestation/log/merkle-hash.ts';
import { merkleTree } from '../../../../lib/domain/attestation/log/merkle-tree.ts';
import { verifyConsistency, verifyInclusion } from '../../../../lib/domain/attestation/log/verify-proof.ts';

const leavesOf = (size: number): Uint8Array[] =>
  Array.from({ length: size }, (_, at) => leafHash(Uint8Array.of(at & 0xff, at >> 8)));
const leaves = leavesOf(600);
const tree = merkleTree(leaves);

/** RFC 6962 §2.1 word for word: slow, and the reference for everything else. */
function rootByDefinition(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return EMPTY_ROOT;
  if (hashes.length === 1) return hashes[0]!;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(rootByDefinition(hashes.slice(0, split)), rootByDefinition(hashes.slice(split)));
}

const size = fc.integer({ min: 1, max: 600 });
const leafAndSize = size.chain((count) => fc.tuple(fc.nat({ max: count - 1 }), fc.constant(count)));
const threeSizes = fc.tuple(size, size, size).map((sizes) => sizes.sort((left, right) => left - right));
const twoOrMore = threeSizes.filter(([least]) => least > 1);

const flipBit = (hash: Uint8Array, bit: number): Uint8Array => {
  const flipped = hash.slice();
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return flipped;
};

describe('Merkle tree', () => {
  it('has the same root by definition, at once, appended in any batches, and as a prefix of a larger tree', () => {
    fc.assert(
      fc.property(fc.nat({ max: 300 }), fc.array(fc.nat({ max: 300 }), { maxLength: 5 }), (count, cuts) => {
        const some = leaves.slice(0, count);
        const bounds = [0, ...cuts.map((cut) => Math.min(cut, count)).sort((a, b) => a - b), count];
        const appended = bounds.reduce(
          (frontier, end, at) => extendFrontier(frontier, some.slice(bounds[at - 1] ?? 0, end)),
          EMPTY_FRONTIER,
        );

        expect(rootOf(some)).toEqual(rootByDefinition(some));
        expect(rootOfFrontier(appended)).toEqual(rootOf(some));
        expect(appended.size).toBe(count);
        expect(tree.root(count)).toEqual(rootOf(some));
      }),
    );
  });

  it('proves every leaf it has', () => {
    fc.assert(
      fc.property(leafAndSize, ([index, count]) => {
        const path = tree.inclusionPath(index, count);
        const claim = { index, size: count, leafHash: leaves[index]!, path, root: tree.root(count) };

        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, index: BigInt(index), size: BigInt(count) })).toBe(true);
      }),
    );
  });

  it('proves every earlier size a prefix, over any number of steps', () => {
    fc.assert(
      fc.property(threeSizes, ([first, second, third]) => {
        const isProven = (size1: number, size2: number): boolean =>
          verifyConsistency({
            size1,
            size2,
            root1: tree.root(size1),
            root2: tree.root(size2),
            path: tree.consistencyPath(size1, size2),
          });

        expect([isProven(first, second), isProven(second, third), isProven(first, third)]).toEqual([
          true,
          true,
          true,
        ]);
      }),
    );
  });

  it('does not prove an inclusion with any bit flipped', () => {
    fc.assert(
      fc.property(leafAndSize, fc.nat(), fc.nat({ max: 255 }), ([index, count], pick, bit) => {
        const path = tree.inclusionPath(index, count);
        const claim = { index, size: count, leafHash: leaves[index]!, path, root: tree.root(count) };

        expect(verifyInclusion({ ...claim, leafHash: flipBit(claim.leafHash, bit) })).toBe(false);
        expect(verifyInclusion({ ...claim, root: flipBit(claim.root, bit) })).toBe(false);
        for (const at of path.keys()) {
          const bad = path.with(at, flipBit(path[at]!, (bit + pick) & 255));
          expect(verifyInclusion({ ...claim, path: bad })).toBe(false);
        }
      }),
    );
  });

  it('does not prove a consistency with any bit flipped', () => {
    fc.assert(
      fc.property(threeSizes, fc.nat(), fc.nat({ max: 255 }), ([size1, size2], pick, bit) => {
        const path = tree.consistencyPath(size1, size2);
        const claim = { size1, size2, root1: tree.root(size1), root2: tree.root(size2), path };

        expect(verifyConsistency({ ...claim, root1: flipBit(claim.root1, bit) })).toBe(false);
        expect(verifyConsistency({ ...claim, root2: flipBit(claim.root2, bit) })).toBe(false);
        for (const at of path.keys()) {
          const bad = path.with(at, flipBit(path[at]!, (bit + pick) & 255));
          expect(verifyConsistency({ ...claim, path: bad })).toBe(false);
        }
      }),
    );
  });

  it('does not prove another leaf, another place or a rewritten history', () => {
    fc.assert(
      fc.property(twoOrMore, fc.nat(), ([size1, size2], pick) => {
        const changed = pick % size1;
        const rewritten = merkleTree(leaves.with(changed, sha256(leaves[changed]!)));
        const path = rewritten.consistencyPath(size1, size2);
        const claim = { size1, size2, root1: tree.root(size1), root2: rewritten.root(size2), path };
        const moved = {
          index: (changed + 1) % size1,
          size: size1,
          leafHash: leaves[changed]!,
          root: tree.root(size1),
        };

        expect(verifyConsistency(claim)).toBe(false);
        expect(verifyInclusion({ ...moved, path: tree.inclusionPath(changed, size1) })).toBe(false);
        expect(verifyInclusion({ ...moved, path: tree.inclusionPath(moved.index, size1) })).toBe(false);
      }),
    );
  });

  it('takes sizes up to 2^64−1 and nothing beyond', () => {
    const root = tree.root(1);
    const claim = { leafHash: root, path: [], root };
    const max = (1n << 64n) - 1n;

    expect(verifyInclusion({ ...claim, index: 0n, size: 1n })).toBe(true);
    expect(verifyInclusion({ ...claim, index: max - 1n, size: max })).toBe(false);
    expect(verifyInclusion({ ...claim, index: 0n, size: max + 1n })).toBe(false);
    expect(verifyInclusion({ ...claim, index: -1n, size: 1n })).toBe(false);
    expect(verifyInclusion({ ...claim, index: 0.5, size: 1 })).toBe(false);
    expect(verifyInclusion({ ...claim, index: 0, size: 2 ** 60 })).toBe(false);
    expect(verifyConsistency({ size1: max, size2: max, root1: root, root2: root, path: [] })).toBe(true);
    expect(verifyConsistency({ size1: 0, size2: 1, root1: EMPTY_ROOT, root2: root, path: [] })).toBe(false);
  });

  it('verifies a path 64 hashes long', () => {
    const path = Array.from({ length: 64 }, (_, at) => sha256(Uint8Array.of(at)));
    const index = (1n << 63n) + 5n;
    let root = leaves[0]!;
    for (let at = 0; at < 64; at++) {
      root = ((index >> BigInt(at)) & 1n) === 1n ? nodeHash(path[at]!, root) : nodeHash(root, path[at]!);
    }

    expect(verifyInclusion({ index, size: (1n << 64n) - 1n, leafHash: leaves[0]!, path, root })).toBe(true);
  });

  it('refuses to prove what it does not have', () => {
    expect(() => tree.inclusionPath(600)).toThrow(RangeError);
    expect(() => tree.inclusionPath(5, 5)).toThrow(RangeError);
    expect(() => tree.inclusionPath(-1)).toThrow(RangeError);
    expect(() => tree.inclusionPath(0, 601)).toThrow(RangeError);
    expect(() => tree.inclusionPath(0, 1.5)).toThrow(RangeError);
    expect(() => tree.consistencyPath(0, 5)).toThrow(RangeError);
    expect(() => tree.consistencyPath(6, 5)).toThrow(RangeError);
    expect(() => tree.root(-1)).toThrow(RangeError);
    expect(() => extendFrontier({ size: 3, hashes: [] }, leaves)).toThrow(RangeError);
  });

  it('takes whole hashes only', () => {
    const short = new Uint8Array(31);

    expect(() => nodeHash(short, leaves[0]!)).toThrow('A hash has 32 bytes, not 31.');
    expect(() => nodeHash(leaves[0]!, short)).toThrow(RangeError);
    expect(() => rootOf([short])).toThrow(RangeError);
    expect(() => appendLeaves(EMPTY_EDGE, [short])).toThrow(RangeError);
  });
});
