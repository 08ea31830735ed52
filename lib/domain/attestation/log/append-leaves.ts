// Appending to the log: leaf hashes in, full tiles out. What is not yet a full tile stays at the edge.
import { concatBytes } from '../bytes/text-bytes.ts';
import { type Frontier, rootOf, rootOfFrontier } from './frontier.ts';
import { assertDigest } from './merkle-hash.ts';
import { nodesOf, treeRange } from './node-range.ts';
import { hashCountAt, placeInTile, TILE_WIDTH, type Tile, tileOf } from './tile.ts';

/** Where a log can go on: its size, and for each tile level the hashes not yet in a full tile (0 to 255). */
export interface LogEdge {
  readonly size: number;
  readonly levels: readonly (readonly Uint8Array[])[];
}

/** The edge of a log without entries. */
export const EMPTY_EDGE: LogEdge = { size: 0, levels: [] };

/** What appending brought about. */
export interface Appended {
  readonly edge: LogEdge;
  readonly root: Uint8Array;
  /** Tiles that became full, in the order they did: to be stored once and never changed. */
  readonly fullTiles: readonly Tile[];
}

/** Appends leaf hashes; earlier entries are not read again. The edge given is left as it was. */
export function appendLeaves(edge: LogEdge, leafHashes: Iterable<Uint8Array>): Appended {
  const levels = edge.levels.map((hashes) => [...hashes]);
  const fullTiles: Tile[] = [];
  let size = edge.size;
  const pushHash = (level: number, hash: Uint8Array): void => {
    const row = (levels[level] ??= []);
    row.push(hash);
    if (row.length < TILE_WIDTH) return;
    const index = hashCountAt(level, size) / TILE_WIDTH - 1;
    fullTiles.push({ level, index, width: TILE_WIDTH, hashes: concatBytes(row) });
    levels[level] = [];
    pushHash(level + 1, rootOf(row));
  };
  for (const hash of leafHashes) {
    assertDigest(hash);
    size++;
    pushHash(0, hash);
  }
  const appended: LogEdge = { size, levels };
  return { edge: appended, root: rootOfFrontier(frontierOf(appended)), fullTiles };
}

/** The frontier of a log, from its edge alone. */
export function frontierOf({ size, levels }: LogEdge): Frontier {
  const hashes = nodesOf(treeRange(size)).map((node) => {
    const { first, count } = placeInTile(node);
    return rootOf((levels[tileOf(node, size).level] ?? []).slice(first, first + count));
  });
  return { size, hashes };
}
