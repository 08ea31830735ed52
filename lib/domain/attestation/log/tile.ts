// Hash tiles of height 8 (c2sp.org/tlog-tiles): 256 consecutive hashes of every eighth level, written once.
import { DIGEST_BYTES } from '../bytes/sha256.ts';
import { rootOf } from './frontier.ts';
import type { NodeId } from './node-range.ts';

/** Levels of the tree that one tile spans. */
export const TILE_HEIGHT = 8;
/** Hashes of a full tile. */
export const TILE_WIDTH = 256;

/** Where a tile is: tile level (0 holds leaf hashes), index in the level, and how many hashes it holds, 1 to 256. */
export interface TileId {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** A tile and its hashes, concatenated: `width × 32` bytes. */
export interface Tile extends TileId {
  readonly hashes: Uint8Array;
}

/** The path of a tile: `tile/0/x001/x234/067`, with `.p/<width>` when it is partial. */
export function tilePath({ level, index, width }: TileId): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const name = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${level}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** How many hashes tile level `level` has in a tree of `size`. */
export function hashCountAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** The tile that holds a node's hash, or the hashes it is made of, in a tree of `size`. */
export function tileOf({ level, index }: NodeId, size: number): TileId {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const tileIndex = Math.floor((index * 2 ** (level % TILE_HEIGHT)) / TILE_WIDTH);
  const width = Math.min(TILE_WIDTH, hashCountAt(tileLevel, size) - tileIndex * TILE_WIDTH);
  return { level: tileLevel, index: tileIndex, width };
}

/** Which hashes of its tile a node is the root of. */
export function placeInTile({ level, index }: NodeId): { readonly first: number; readonly count: number } {
  const count = 2 ** (level % TILE_HEIGHT);
  return { first: (index * count) % TILE_WIDTH, count };
}

/** A node's hash, from the tile that `tileOf` names. @throws RangeError when the tile lacks it */
export function nodeInTile(node: NodeId, hashes: Uint8Array): Uint8Array {
  const { first, count } = placeInTile(node);
  if ((first + count) * DIGEST_BYTES > hashes.length) throw new RangeError('The tile is too narrow.');
  if (count === 1) return hashAt(hashes, first);
  return rootOf(Array.from({ length: count }, (_, offset) => hashAt(hashes, first + offset)));
}

/** The hash a full tile contributes to the level above. @throws RangeError unless it is full */
export function tileRoot(hashes: Uint8Array): Uint8Array {
  if (hashes.length !== TILE_WIDTH * DIGEST_BYTES)
    throw new RangeError('Only a full tile has a place above.');
  return rootOf(splitHashes(hashes));
}

/** The hashes of a tile, one by one. */
export function splitHashes(hashes: Uint8Array): Uint8Array[] {
  return Array.from({ length: hashes.length / DIGEST_BYTES }, (_, at) => hashAt(hashes, at));
}

function hashAt(hashes: Uint8Array, at: number): Uint8Array {
  return hashes.subarray(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES);
}
