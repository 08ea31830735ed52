// A pack as a zip (PKWARE APPNOTE), read by its central directory and written as it is made.
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile as ZipReader } from 'yauzl';
import { ZipFile as ZipWriter } from 'yazl';
import { InvalidInputError } from '../../domain/errors.ts';
import type { PackSink } from '../../evidence/pack-sink.ts';
import type { PackSource } from '../../verification/pack/pack-source.ts';
import { chunksOf } from './chunks.ts';
import { assertPackName, MAX_PACK_FILES, sourceOf } from './pack-names.ts';

/** A file that unpacks to more than this many times its size is a bomb; our tables and logs reach about 30. */
const MAX_RATIO = 300;
/** Small files may be all alike: the ratio counts from here on. */
const RATIO_FROM_BYTES = 1 << 20;

/**
 * Opens a zip for reading.
 * @throws InvalidInputError `MALFORMED_FILE` when truncated, encrypted, with odd names, links, doubles or bombs
 */
export async function readZipPack(path: string): Promise<PackSource> {
  const zip = await openZip(path);
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry() as AsyncIterable<Entry>) {
      if (entry.fileName.endsWith('/')) continue;
      assertEntry(entry);
      if (entries.has(entry.fileName)) throw malformed(`${entry.fileName} is in the zip twice`);
      entries.set(entry.fileName, entry);
      if (entries.size > MAX_PACK_FILES) throw malformed(`The zip has over ${MAX_PACK_FILES} files`);
    }
  } catch (cause) {
    zip.close();
    throw cause instanceof InvalidInputError ? cause : malformed('The zip cannot be read', cause);
  }
  return sourceOf({
    sizes: new Map([...entries].map(([name, { uncompressedSize }]) => [name, uncompressedSize])),
    read: (name) => readEntry(zip, entries.get(name), name),
    close: async () => zip.close(),
  });
}

async function openZip(path: string): Promise<ZipReader> {
  try {
    return await openPromise(path, {
      autoClose: false,
      lazyEntries: true,
      validateEntrySizes: true,
      strictFileNames: true,
    });
  } catch (cause) {
    throw malformed('The file is not a whole zip', cause);
  }
}

/** Of the mode in the upper half of the external attributes, the file type (Info-ZIP, made by Unix). */
const [TYPE_MASK, TYPE_FILE] = [0o170000, 0o100000];

function assertEntry(entry: Entry): void {
  assertPackName(entry.fileName);
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  if (type !== 0 && type !== TYPE_FILE) throw malformed(`${entry.fileName} is not a plain file`);
  if (entry.isEncrypted()) throw malformed(`${entry.fileName} is encrypted`);
  if (!entry.canDecodeFileData())
    throw malformed(`${entry.fileName} is compressed in a way this version cannot read`);
  const { uncompressedSize, compressedSize } = entry;
  if (uncompressedSize > RATIO_FROM_BYTES && uncompressedSize > compressedSize * MAX_RATIO) {
    throw malformed(`${entry.fileName} unpacks to over ${MAX_RATIO} times its size`);
  }
}

async function* readEntry(
  zip: ZipReader,
  entry: Entry | undefined,
  name: string,
): AsyncGenerator<Uint8Array> {
  if (entry === undefined) throw malformed(`${name} is missing`);
  try {
    yield* (await zip.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw malformed(`${name} cannot be unpacked`, cause);
  }
}

/** One moment for every file, in whatever zone: the same pack has the same bytes everywhere. */
const SAME_TIME = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, mode: 0o100644 } as const;

/** Bytes that may wait to be written, and what each waiting file costs besides. */
const [QUEUED_BYTES, ENTRY_BYTES] = [4 << 20, 4096];

/** Writes a pack as a zip. It is written aside and renamed at the end. */
export async function writeZipPack(path: string): Promise<PackSink> {
  const aside = `${path}.partial`;
  const zip = new ZipWriter();
  const target = createWriteStream(aside);
  const written = finished((zip.outputStream as Readable).pipe(target));
  // Looked at when closing; until then it must not count as unhandled.
  written.catch(() => undefined);
  let unflushed = 0;
  return {
    async file(name, content) {
      assertPackName(name);
      const isSmall = typeof content === 'string' || content instanceof Uint8Array;
      // Files in one piece are queued; every so often one goes as a stream, whose end means that all before are out.
      if (isSmall && unflushed + content.length < QUEUED_BYTES) {
        unflushed += content.length + ENTRY_BYTES;
        zip.addBuffer(Buffer.from(content as string), name, SAME_TIME);
        return;
      }
      unflushed = 0;
      const stream = Readable.from(chunksOf(content), { objectMode: false });
      zip.addReadStream(stream, name, SAME_TIME);
      await Promise.race([finished(stream, { writable: false }), written]);
    },
    async close() {
      zip.end();
      await written;
      await rename(aside, path);
    },
    async abort() {
      target.destroy();
      await rm(aside, { force: true });
    },
  };
}

function malformed(what: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError({ code: 'MALFORMED_FILE', message: `${what}.`, cause });
}
