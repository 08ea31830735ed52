// Blobs in a folder: single ones as `<folder>/<2 hex>/<sha256>`, many small ones together in packs. Everything is written
// beside its place and renamed into it, so that a crash leaves nothing half written. What a power failure damages is told
// by its digest: reading refuses it, and storing the same bytes again repairs it. Single files are on disk when stored;
// packs at the latest when the next single or large file is, so that no manifest outlives the snapshots it lists.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Blobs, BlobWriter } from '../../application/ports/blobs.ts';
import {
  blobDigest,
  checkDigest,
  checkLine,
  checkRange,
  mismatchedBlob,
  missingBlob,
} from './blob-errors.ts';
import { type BlobPacks, openPacks } from './blob-packs.ts';
import { splitLines } from './split-lines.ts';

/** From this many small files on, they are packed. */
const PACK_FILES = 8;
/** Larger files are never packed: they are read line by line. */
const PACK_FILE_BYTES = 256 * 1024;
const WRITE_BYTES = 256 * 1024;

/** Opens a folder of blobs, made when first written to. Several processes may use it at once. */
export function createFolderBlobs(folder: string): Blobs {
  const drafts = draftsIn(folder);
  const placeOf = (digest: string): string => join(folder, digest.slice(0, 2), digest);
  const packs = openPacks({
    folder: join(folder, 'packs'),
    publish: (path, parts) => drafts.publishSoon(path, parts),
  });
  const find = (digest: string) => findBlob(packs.read, placeOf(digest), digest);

  const put = async (bytes: Uint8Array): Promise<string> => {
    const digest = blobDigest(bytes);
    await drafts.settle();
    const stored = await findBlob(packs.known, placeOf(digest), digest);
    if (!isSame(stored, bytes)) await drafts.publish(placeOf(digest), bytes);
    return digest;
  };
  const putMany = async (files: readonly Uint8Array[]): Promise<string[]> => {
    const digests = files.map(blobDigest);
    const small = new Map<string, Uint8Array>();
    for (const [index, bytes] of files.entries()) {
      if (bytes.length > PACK_FILE_BYTES || files.length < PACK_FILES) await put(bytes);
      else small.set(digests[index] ?? '', bytes);
    }
    const stored = await packs.known([...small.keys()]);
    for (const [index, [digest, bytes]] of [...small].entries()) {
      if (!stored[index]) continue;
      small.delete(digest);
      // Packed, but damaged: a single file is looked for first.
      if (!isSame(stored[index], bytes)) await put(bytes);
    }
    if (small.size > 0) packs.add(small);
    return digests;
  };
  return {
    put,
    putMany,
    get: async (digest) => {
      checkDigest(digest);
      const bytes = await find(digest);
      if (!bytes) throw missingBlob(digest);
      const actual = blobDigest(bytes);
      if (actual !== digest) throw mismatchedBlob(digest, actual);
      return bytes;
    },
    range: async (digest, start, end) => {
      checkDigest(digest);
      checkRange(start, end);
      const single = await rangeOfFile(placeOf(digest), start, end);
      const bytes = single ?? (await packs.read([digest]))[0]?.subarray(start, end);
      if (!bytes) throw missingBlob(digest);
      return bytes;
    },
    has: async (digest) => {
      checkDigest(digest);
      if ((await digestOfFile(placeOf(digest))) === digest) return true;
      const [packed] = await packs.read([digest]);
      return packed !== undefined && blobDigest(packed) === digest;
    },
    writer: () => openWriter(drafts, placeOf),
    lines: (digest) => linesOf(packs, placeOf(digest), digest),
  };
}

/** Bytes as found; of a damaged file and a sound copy in a pack (or the other way round), the sound one. */
async function findBlob(
  inPacks: BlobPacks['read'],
  place: string,
  digest: string,
): Promise<Uint8Array | undefined> {
  const single = await readFile(place).catch(unlessMissing);
  if (single && blobDigest(single) === digest) return single;
  return (await inPacks([digest]))[0] ?? single;
}

function isSame(stored: Uint8Array | undefined, bytes: Uint8Array): boolean {
  return stored !== undefined && Buffer.compare(stored, bytes) === 0;
}

function unlessMissing(failure: unknown): undefined {
  if (failure instanceof Error && 'code' in failure && failure.code === 'ENOENT') return undefined;
  throw failure;
}

async function digestOfFile(place: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(place)) hash.update(chunk as Uint8Array);
  } catch (failure) {
    return unlessMissing(failure);
  }
  return hash.digest('hex');
}

async function rangeOfFile(place: string, start: number, end: number): Promise<Uint8Array | undefined> {
  const file = await open(place, 'r').catch(unlessMissing);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(end, size) - start));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}

/** Two passes: no line of a file with other bytes is handed out. */
async function* linesOf(packs: BlobPacks, place: string, digest: string): AsyncIterable<string> {
  checkDigest(digest);
  const single = await digestOfFile(place);
  if (single === digest) {
    yield* splitLines(createReadStream(place));
    return;
  }
  const [packed] = await packs.read([digest]);
  const actual = packed ? blobDigest(packed) : single;
  if (actual === undefined) throw missingBlob(digest);
  if (!packed || actual !== digest) throw mismatchedBlob(digest, actual);
  yield* splitLines([packed]);
}

async function toDisk(place: string): Promise<void> {
  const file = await open(place, 'r+');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

interface Drafts {
  /** A new path to write at, which nobody else uses. */
  next(): string;
  /** Makes a draft appear at its place. */
  move(draft: string, place: string): void;
  /** Writes a whole file to disk and makes it appear at its place. */
  publish(place: string, bytes: Uint8Array): Promise<void>;
  /** As `publish`, in less time, and on disk once `settle` has resolved. */
  publishSoon(place: string, parts: readonly Uint8Array[]): void;
  settle(): Promise<void>;
}

function draftsIn(folder: string): Drafts {
  const made = new Set<string>();
  /** Files not known to be on disk. */
  const unsettled = new Set<string>();
  const settling = new Map<string, Promise<void>>();
  const settleOne = async (place: string): Promise<void> => {
    unsettled.delete(place);
    try {
      await toDisk(place);
    } catch (failure) {
      unsettled.add(place);
      throw failure;
    } finally {
      settling.delete(place);
    }
  };
  const make = (path: string): void => {
    if (made.has(path)) return;
    mkdirSync(path, { recursive: true, mode: 0o700 });
    made.add(path);
  };
  const next = (): string => {
    make(join(folder, 'unfinished'));
    return join(folder, 'unfinished', randomBytes(12).toString('hex'));
  };
  const move = (draft: string, place: string): void => {
    make(dirname(place));
    renameSync(draft, place);
  };
  return {
    next,
    move,
    publish: async (place, bytes) => {
      const draft = next();
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        await file.datasync();
      } catch (failure) {
        await unlink(draft);
        throw failure;
      } finally {
        await file.close();
      }
      move(draft, place);
    },
    // Synchronous: each asynchronous call would wait its turn among those of the tables.
    publishSoon: (place, parts) => {
      const draft = next();
      try {
        writeFileSync(draft, Buffer.concat(parts), { flag: 'wx', mode: 0o600 });
        move(draft, place);
      } catch (failure) {
        rmSync(draft, { force: true });
        throw failure;
      }
      unsettled.add(place);
    },
    settle: async () => {
      for (const place of unsettled) settling.set(place, settleOne(place));
      // At once: the file system then commits many of them together.
      await Promise.all(settling.values());
    },
  };
}

async function openWriter(drafts: Drafts, placeOf: (digest: string) => string): Promise<BlobWriter> {
  const draft = drafts.next();
  const file = await open(draft, 'wx', 0o600);
  const hash = createHash('sha256');
  let pending: string[] = [];
  let pendingLength = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(pending.join(''), 'utf8');
    pending = [];
    pendingLength = 0;
    hash.update(bytes);
    await file.appendFile(bytes);
  };
  return {
    line: async (text) => {
      checkLine(text);
      pending.push(text, '\n');
      pendingLength += text.length + 1;
      if (pendingLength >= WRITE_BYTES) await flush();
    },
    close: async () => {
      await flush();
      await drafts.settle();
      await file.sync();
      await file.close();
      const digest = hash.digest('hex');
      drafts.move(draft, placeOf(digest));
      return digest;
    },
    abort: async () => {
      await file.close();
      await unlink(draft);
    },
  };
}
