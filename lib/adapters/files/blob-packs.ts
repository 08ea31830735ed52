// Many small files in one: making a file costs some file systems more than writing a hundred snapshots into one. A pack is
// `<folder>/packs/<sha256 of its first line>`; its first line lists `[digest, length]` of each blob, then come their bytes.
import { hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** Packs in a folder. */
export interface BlobPacks {
  /** Writes blobs with their digests into a new pack. */
  add(blobs: ReadonlyMap<string, Uint8Array>): void;
  /** As `read`, but may miss what another process stored a moment ago: enough to avoid storing most things twice. */
  known(digests: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  /** The bytes of blobs as found, not yet checked against their digests; undefined where no pack has one. */
  read(digests: readonly string[]): Promise<(Uint8Array | undefined)[]>;
}

/** What packs need of the folder they are in. */
export interface PackPlaces {
  /** Folder of the packs. */
  readonly folder: string;
  /** Makes a file appear at a path all at once. */
  publish(path: string, parts: readonly Uint8Array[]): void;
}

interface Place {
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
}

const Listing = z.array(z.tuple([z.string().regex(/^[0-9a-f]{64}$/), z.int().min(0)]));
type Listing = z.infer<typeof Listing>;

/** A folder changed this recently may change again without its time telling. */
const SETTLED_MS = 2000;
const CHUNK_BYTES = 64 * 1024;
const MAX_LISTING_BYTES = 16 * 1024 * 1024;

/** Opens the packs of a folder; others may add to it meanwhile. */
export function openPacks(places: PackPlaces): BlobPacks {
  const index = new Map<string, Place>();
  const learned = new Set<string>();
  let learnedAtMs: number | undefined;
  let isOpened = false;

  const learn = (pack: string, listing: Listing, headBytes: number): void => {
    let offset = headBytes;
    for (const [digest, length] of listing) {
      index.set(digest, { pack, offset, length });
      offset += length;
    }
    learned.add(pack);
  };
  const learnNew = async (): Promise<void> => {
    const changedAtMs = await changeTimeOf(places.folder);
    if (changedAtMs === undefined || changedAtMs === learnedAtMs) return;
    for (const pack of await readdir(places.folder)) {
      if (learned.has(pack)) continue;
      const found = await readListing(join(places.folder, pack), pack);
      if (found) learn(pack, found.listing, found.headBytes);
    }
    learnedAtMs = Date.now() - changedAtMs > SETTLED_MS ? changedAtMs : undefined;
  };
  const readNow = (digests: readonly string[]): (Uint8Array | undefined)[] =>
    digests.map((digest) => {
      const place = index.get(digest);
      return place && readPlace(places.folder, place);
    });

  return {
    add: (blobs) => {
      const listing: Listing = [...blobs].map(([digest, bytes]) => [digest, bytes.length]);
      const head = Buffer.from(`${JSON.stringify(listing)}\n`, 'utf8');
      const pack = hash('sha256', head, 'hex');
      places.publish(join(places.folder, pack), [head, ...blobs.values()]);
      learn(pack, listing, head.length);
    },
    read: async (digests) => {
      if (!digests.every((digest) => index.has(digest))) await learnNew();
      return readNow(digests);
    },
    known: async (digests) => {
      if (!isOpened) await learnNew();
      isOpened = true;
      return readNow(digests);
    },
  };
}

async function changeTimeOf(folder: string): Promise<number | undefined> {
  try {
    return (await stat(folder)).mtimeMs;
  } catch (failure) {
    if (failure instanceof Error && 'code' in failure && failure.code === 'ENOENT') return undefined;
    throw failure;
  }
}

/** Synchronous: for a few kilobytes, asynchronous calls take many times as long. */
function readPlace(folder: string, { pack, offset, length }: Place): Uint8Array {
  const file = openSync(join(folder, pack), 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
  } finally {
    closeSync(file);
  }
}

/** The listing of a pack; undefined when a power failure left it without one. */
async function readListing(
  path: string,
  pack: string,
): Promise<{ readonly listing: Listing; readonly headBytes: number } | undefined> {
  const file = await open(path, 'r');
  try {
    const head = await readFirstLine(file);
    if (!head || hash('sha256', head, 'hex') !== pack) return undefined;
    return { listing: Listing.parse(JSON.parse(head.toString('utf8'))), headBytes: head.length };
  } finally {
    await file.close();
  }
}

async function readFirstLine(file: FileHandle): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  for (let at = 0; at < MAX_LISTING_BYTES; at += CHUNK_BYTES) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, at);
    const end = buffer.subarray(0, bytesRead).indexOf('\n');
    chunks.push(buffer.subarray(0, end === -1 ? bytesRead : end + 1));
    if (end !== -1) return Buffer.concat(chunks);
    if (bytesRead < CHUNK_BYTES) return undefined;
  }
  return undefined;
}
