// Reading the ledger: nothing at or past the head is trusted, and proofs come from tiles, never from the leaves.
import { base64Bytes, concatBytes, hexText, utf8Bytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { leafHash } from '../../domain/attestation/log/merkle-hash.ts';
import {
  proveConsistency,
  proveInclusion,
  type ReadTile,
  rootFromTiles,
} from '../../domain/attestation/log/prove-from-tiles.ts';
import { hashCountAt, TILE_WIDTH, type TileId, tilePath } from '../../domain/attestation/log/tile.ts';
import { IntegrityError, RefusedError } from '../../domain/errors.ts';
import { type CheckpointRow, type LeafRow, MAX_PASS_LEAVES } from '../ports/ledger-rows.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { ReviewStore } from '../ports/review-store.ts';
import { type KeyRange, keyRanges, readKeyBook } from './key-ranges.ts';
import { readEdge } from './log-edge.ts';
import { type Place, readPlace } from './pointers.ts';

/** What one reading of the ledger sees: the tree of its head, whatever is appended meanwhile. */
export interface LedgerView {
  readonly head: Place;
  /** The head's signed note with every cosignature there is; undefined for the empty log. */
  note(): Promise<string | undefined>;
  /** The leaf at an index. @throws RefusedError `NOT_FOUND` at or past the head */
  leaf(index: number): Promise<LeafRow>;
  /** Leaves from `start` up to `end` or the head, in order. @throws IntegrityError when one is missing or altered */
  leaves(start?: number, end?: number): AsyncIterable<LeafRow>;
  /** Where a fact is in the log; undefined when it is not sealed. */
  indexOf(attestationId: string): Promise<number | undefined>;
  /** The newest checkpoint of at most `size`. */
  checkpointUpTo(size: number): Promise<CheckpointRow | undefined>;
  /** Inclusion path of a leaf in the tree of `size` (default: the head's). */
  proveInclusion(index: number, size?: number): Promise<Uint8Array[]>;
  /** Consistency proof between two sizes. */
  proveConsistency(size1: number, size2?: number): Promise<Uint8Array[]>;
  /** Root of the tree of `size`, hexadecimal. */
  rootAt(size: number): Promise<string>;
  /** Every key and the range it may sign in, as far as the head goes. */
  keyRanges(): Promise<KeyRange[]>;
}

/** Opens a view of the ledger as it is now. */
export async function openLedger(deps: {
  readonly store: ReviewStore;
  readonly ledger: LedgerStore;
}): Promise<LedgerView> {
  const { store, ledger } = deps;
  const { size, root, sealedAt } = await readPlace(store, 'sealed');
  const head: Place = { size, root, sealedAt };
  const readTile = tileReader(ledger, head);
  const within = (count: number): number => {
    if (Number.isSafeInteger(count) && count >= 0 && count <= size) return count;
    throw new RefusedError({ code: 'NOT_FOUND', message: `The log has ${size} entries, not ${count}.` });
  };
  return {
    head,
    note: () => noteOf(ledger, size),
    leaf: async (index) => {
      within(index + 1);
      const [leaf] = await readLeaves(ledger, index, index + 1);
      return leaf as LeafRow;
    },
    leaves: (start = 0, end = size) => eachLeaf(ledger, start, Math.min(end, size)),
    indexOf: async (attestationId) => {
      const row = await ledger.get('sealed', { attestationId });
      return row && row.index < size ? row.index : undefined;
    },
    checkpointUpTo: (upTo) => ledger.checkpointUpTo(Math.min(upTo, size)),
    proveInclusion: async (index, of = size) => proveInclusion(index, within(of), readTile),
    proveConsistency: async (size1, size2 = size) => proveConsistency(size1, within(size2), readTile),
    rootAt: async (of) => hexText(await rootFromTiles(within(of), readTile)),
    keyRanges: async () => {
      const book = await readKeyBook(ledger);
      return keyRanges(book, new Map([...book.sealed].filter(([, index]) => index < size)));
    },
  };
}

/** The signed note of a tree with its cosignature lines; undefined when there is no such checkpoint. */
export async function noteOf(ledger: LedgerStore, size: number): Promise<string | undefined> {
  const [checkpoint, cosignatures] = await Promise.all([
    ledger.get('checkpoint', { size }),
    ledger.cosignatures(size),
  ]);
  return checkpoint && checkpoint.note + cosignatures.map(({ line }) => line).join('');
}

/** Leaves in order, a page at a time. */
async function* eachLeaf(ledger: LedgerStore, start: number, end: number): AsyncGenerator<LeafRow> {
  for (let at = start; at < end; at += MAX_PASS_LEAVES) {
    yield* await readLeaves(ledger, at, Math.min(end, at + MAX_PASS_LEAVES));
  }
}

/** All leaves of a range of at most 1,000. @throws IntegrityError when one is missing or is not what its hash says */
export async function readLeaves(ledger: LedgerStore, start: number, end: number): Promise<LeafRow[]> {
  const rows = await ledger.leaves(start, end);
  for (let index = start; index < end; index += 1) {
    const row = rows[index - start];
    if (row?.index !== index) {
      const message = `The ledger lacks its leaf ${index}.`;
      throw new IntegrityError({ code: 'CORRUPT_RECORD', message });
    }
    if (hexText(leafHash(utf8Bytes(row.envelope))) !== row.leafHash) {
      const message = `Leaf ${index} is not what its hash says.`;
      throw new IntegrityError({ code: 'DIGEST_MISMATCH', message });
    }
  }
  return rows;
}

/** Tiles of the log up to its head: full ones from the store, the partial ones of the head from its edge. */
function tileReader(ledger: LedgerStore, head: Place): ReadTile {
  let edge: ReturnType<typeof readEdge> | undefined;
  return async (tile: TileId) => {
    const { level, index } = tile;
    if (index < Math.floor(hashCountAt(level, head.size) / TILE_WIDTH)) {
      const row = await ledger.get('tile', { level, index });
      if (row !== undefined) return base64Bytes(row.hashes);
      throw new IntegrityError({ code: 'CORRUPT_RECORD', message: `The ledger lacks ${tilePath(tile)}.` });
    }
    edge ??= readEdge(ledger, head);
    return concatBytes((await edge).levels[level] ?? []);
  };
}
