// A pack as a directory.
import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InvalidInputError } from '../../domain/errors.ts';
import type { FileContent, PackSink } from '../../evidence/pack-sink.ts';
import type { PackSource } from '../../verification/pack/pack-source.ts';
import { chunksOf } from './chunks.ts';
import { assertPackName, MAX_PACK_FILES, sourceOf } from './pack-names.ts';

/** Opens a directory for reading. @throws InvalidInputError `MALFORMED_FILE` for links, devices and odd names */
export async function readDirectoryPack(dir: string): Promise<PackSource> {
  const sizes = new Map<string, number>();
  await walk(dir, '', sizes);
  return sourceOf({
    sizes,
    read: (name) => readChunks(join(dir, name), name),
    close: async () => undefined,
  });
}

async function walk(dir: string, prefix: string, sizes: Map<string, number>): Promise<void> {
  for (const entry of await readdir(join(dir, prefix), { withFileTypes: true })) {
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    // A link could show the verifier one file and the auditor another, or one outside the pack.
    if (entry.isSymbolicLink()) throw malformed(`${name} is a link`);
    if (entry.isDirectory()) {
      await walk(dir, name, sizes);
    } else if (entry.isFile()) {
      assertPackName(name);
      sizes.set(name, (await lstat(join(dir, name))).size);
      if (sizes.size > MAX_PACK_FILES) throw malformed(`The pack has over ${MAX_PACK_FILES} files`);
    } else {
      throw malformed(`${name} is neither a file nor a directory`);
    }
  }
}

async function* readChunks(path: string, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new InvalidInputError({ code: 'MALFORMED_FILE', message: `${name} cannot be read.`, cause });
  }
}

/**
 * Writes a pack as a directory. It is written aside and renamed at the end.
 * @throws InvalidInputError `BAD_ARGUMENT` when the directory is there already and not empty
 */
export async function writeDirectoryPack(dir: string): Promise<PackSink> {
  const existing = await readdir(dir).catch(() => undefined);
  if (existing !== undefined && existing.length > 0) {
    throw new InvalidInputError({ code: 'BAD_ARGUMENT', message: `${dir} is there already and not empty.` });
  }
  const aside = `${dir}.partial`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  const made = new Set<string>();
  return {
    async file(name, content) {
      assertPackName(name);
      const folder = dirname(join(aside, name));
      if (!made.has(folder)) {
        await mkdir(folder, { recursive: true });
        made.add(folder);
      }
      await writeContent(join(aside, name), content);
    },
    async close() {
      if (existing !== undefined) await rm(dir, { recursive: true, force: true });
      await rename(aside, dir);
    },
    abort: () => rm(aside, { recursive: true, force: true }),
  };
}

async function writeContent(path: string, content: FileContent): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for await (const chunk of chunksOf(content)) await file.write(chunk);
  } finally {
    await file.close();
  }
}

function malformed(what: string): InvalidInputError {
  return new InvalidInputError({ code: 'MALFORMED_FILE', message: `${what}.` });
}
