// Proofs from stored tiles: a handful of reads, whatever the size of the log.
import { IntegrityError } from '../../errors.ts';
import { DIGEST_BYTES } from '../bytes/sha256.ts';
import { rootOfFrontier } from './frontier.ts';
import {
  consistencyRanges,
  inclusionRanges,
  type LeafRange,
  type NodeId,
  nodesOf,
  treeRange,
} from './node-range.ts';
import { nodeInTile, type TileId, tileOf, tilePath } from './tile.ts';

/** Reads a tile: exactly `width × 32` bytes. A wider tile of the same place may be returned too. */
export type ReadTile = (tile: TileId) => Promise<Uint8Array>;

/** The inclusion path of a leaf in a tree of `size`. @throws RangeError, or IntegrityError for a short tile */
export async function proveInclusion(index: number, size: number, readTile: ReadTile): Promise<Uint8Array[]> {
  return hashRanges(inclusionRanges(index, size), size, readTile);
}

/** The consistency proof between two sizes. @throws RangeError, or IntegrityError for a short tile */
export async function proveConsistency(
  size1: number,
  size2: number,
  readTile: ReadTile,
): Promise<Uint8Array[]> {
  return hashRanges(consistencyRanges(size1, size2), size2, readTile);
}

/** The root of the tree of `size`. @throws IntegrityError for a short tile */
export async function rootFromTiles(size: number, readTile: ReadTile): Promise<Uint8Array> {
  const hashes = await hashRanges([treeRange(size)], size, readTile);
  return rootOfFrontier({ hashes });
}

async function hashRanges(
  ranges: readonly LeafRange[],
  size: number,
  readTile: ReadTile,
): Promise<Uint8Array[]> {
  // Neighbouring nodes share tiles: each is read once.
  const reads = new Map<string, Promise<Uint8Array>>();
  const hashOf = async (node: NodeId): Promise<Uint8Array> => {
    const tile = tileOf(node, size);
    const path = tilePath(tile);
    const read = reads.get(path) ?? readWhole(tile, readTile);
    reads.set(path, read);
    return nodeInTile(node, await read);
  };
  return Promise.all(
    ranges.map(async (range) => rootOfFrontier({ hashes: await Promise.all(nodesOf(range).map(hashOf)) })),
  );
}

async function readWhole(tile: TileId, readTile: ReadTile): Promise<Uint8Array> {
  const hashes = await readTile(tile);
  if (hashes.length < tile.width * DIGEST_BYTES || hashes.length % DIGEST_BYTES !== 0) {
    const message = `${tilePath(tile)} has ${hashes.length} bytes.`;
    throw new IntegrityError({ code: 'CORRUPT_RECORD', message });
  }
  return hashes;
}
