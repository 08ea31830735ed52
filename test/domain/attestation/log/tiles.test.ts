import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../../lib/domain/attestation/bytes/text-bytes.ts';
import {
  type Appended,
  appendLeaves,
  EMPTY_EDGE,
  frontierOf,
  type LogEdge,
} from '../../../../lib/domain/attestation/log/append-leaves.ts';
import { EMPTY_FRONTIER, extendFrontier } from '../../../../lib/domain/attestation/log/frontier.ts';
import { EMPTY_ROOT, leafHash } from '../../../../lib/domain/attestation/log/merkle-hash.ts';
import { merkleTree } from '../../../../lib/domain/attestation/log/merkle-tree.ts';
import { nodesOf } from '../../../../lib/domain/attestation/log/node-range.ts';
import {
  proveConsistency,
  proveInclusion,
  type ReadTile,
  rootFromTiles,
} from '../../../../lib/domain/attestation/log/prove-from-tiles.ts';
import {
  hashCountAt,
  nodeInTile,
  TILE_WIDTH,
  type Tile,
  type TileId,
  tilePath,
  tileRoot,
} from '../../../../lib/domain/attestation/log/tile.ts';
import { IntegrityError } from '../../../../lib/domain/errors.ts';

const LARGEST = 66_500;
const leaves = Array.from({ length: LARGEST }, (_, at) =>
  leafHash(Uint8Array.of(at & 0xff, (at >> 8) & 0xff, at >> 16)),
);
const tree = merkleTree(leaves);
const whole = appendLeaves(EMPTY_EDGE, leaves);

/** All tiles of a tree of `size`, lowest level first, partial ones last in their level. */
function tilesOf(size: number): TileId[] {
  const tiles: TileId[] = [];
  for (let level = 0; hashCountAt(level, size) > 0; level++) {
    const count = hashCountAt(level, size);
    for (let index = 0; index * TILE_WIDTH < count; index++) {
      tiles.push({ level, index, width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH) });
    }
  }
  return tiles;
}

/** The partial tiles of a log, for readers of tiles. */
function partialTiles({ size, levels }: LogEdge): Tile[] {
  return levels.flatMap((hashes, level) => {
    if (hashes.length === 0) return [];
    const index = Math.floor(hashCountAt(level, size) / TILE_WIDTH);
    return [{ level, index, width: hashes.length, hashes: concatBytes(hashes) }];
  });
}

/** Reads from the full tiles, and the partial ones of the given size alone. */
function reader(size: number): ReadTile {
  const fullTiles = new Map(whole.fullTiles.map((tile) => [tilePath(tile), tile.hashes]));
  const rest = new Map(
    partialTiles(appendLeaves(EMPTY_EDGE, leaves.slice(0, size)).edge).map((tile) => [
      tilePath(tile),
      tile.hashes,
    ]),
  );
  return async (tile) => {
    const hashes = fullTiles.get(tilePath(tile)) ?? rest.get(tilePath(tile));
    if (hashes === undefined) throw new Error(`no ${tilePath(tile)} at size ${size}`);
    return hashes;
  };
}

const sizes = fc.oneof(
  fc.constantFrom(1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, LARGEST),
  fc.integer({ min: 1, max: 2_000 }),
);

describe('hash tiles', () => {
  it('are those of the specification for a tree of 70,000', () => {
    const widths = tilesOf(70_000).map(({ level, width }) => `${level}:${width}`);

    expect(widths.filter((each) => each === '0:256')).toHaveLength(273);
    expect(widths.filter((each) => each !== '0:256')).toEqual(['0:112', '1:256', '1:17', '2:1']);
    expect(tilesOf(256).map(tilePath)).toEqual(['tile/0/000', 'tile/1/000.p/1']);
    expect(tilesOf(0)).toEqual([]);
  });

  it('have the paths of the specification', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 5, index: 7, width: 12 })).toBe('tile/5/007.p/12');
  });

  it('are all there, once, however the leaves are batched, with the root of the tree', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 1000 }), (size, least) => {
        const batch = Math.max(least, Math.ceil(size / 500));
        let appended: Appended = { edge: EMPTY_EDGE, root: EMPTY_ROOT, fullTiles: [] };
        const tiles: Tile[] = [];
        for (let at = 0; at < size; at += batch) {
          appended = appendLeaves(appended.edge, leaves.slice(at, Math.min(size, at + batch)));
          tiles.push(...appended.fullTiles);
        }
        const all = [...tiles, ...partialTiles(appended.edge)];

        expect(appended.root).toEqual(tree.root(size));
        expect(appended.edge.size).toBe(size);
        expect(all.map(tilePath).sort()).toEqual(tilesOf(size).map(tilePath).sort());
        expect(all.every(({ width, hashes }) => hashes.length === width * 32)).toBe(true);
        expect(frontierOf(appended.edge)).toEqual(extendFrontier(EMPTY_FRONTIER, leaves.slice(0, size)));
      }),
      { numRuns: 30 },
    );
  });

  it('leave the edge they were appended to as it was', () => {
    const { edge } = appendLeaves(EMPTY_EDGE, leaves.slice(0, 255));
    const before = structuredClone(edge);

    appendLeaves(edge, leaves.slice(255, 600));

    expect(edge).toEqual(before);
    expect(EMPTY_EDGE).toEqual({ size: 0, levels: [] });
    expect(appendLeaves(EMPTY_EDGE, []).root).toEqual(EMPTY_ROOT);
  });

  it('give the same proofs and roots as the whole tree', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, pick, earlier) => {
        const readTile = reader(size);
        const index = pick % size;
        const size1 = 1 + (earlier % size);

        expect(await proveInclusion(index, size, readTile)).toEqual(tree.inclusionPath(index, size));
        expect(await proveConsistency(size1, size, readTile)).toEqual(tree.consistencyPath(size1, size));
        expect(await rootFromTiles(size, readTile)).toEqual(tree.root(size));
      }),
      { numRuns: 40 },
    );
  });

  it('need a handful of reads a proof', async () => {
    const readTile = reader(LARGEST);
    let reads = 0;

    await proveInclusion(1234, LARGEST, async (tile) => {
      reads++;
      return readTile(tile);
    });

    expect(reads).toBeLessThanOrEqual(5);
  });

  it('that are too short are a broken record', async () => {
    const short: ReadTile = async () => new Uint8Array(31);

    await expect(proveInclusion(3, 9, short)).rejects.toThrow(IntegrityError);
    expect(() => tileRoot(new Uint8Array(32))).toThrow(RangeError);
    expect(() => nodeInTile({ level: 1, index: 1 }, new Uint8Array(3 * 32))).toThrow(RangeError);
  });

  it('hold for trees past 2^32 leaves', () => {
    const size = 2 ** 40 + 3;

    expect(nodesOf({ start: 0, end: size })).toEqual([
      { level: 40, index: 0 },
      { level: 1, index: 2 ** 39 },
      { level: 0, index: 2 ** 40 + 2 },
    ]);
  });
});
