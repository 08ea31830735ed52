// Immutable files in a folder, named by digest: <dir>/<first two hex>/<digest>.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { access, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Blobs, BlobWriter } from '../../application/ports/blobs.ts';
import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { IntegrityError, InvalidInputError } from '../../domain/errors.ts';

/** Lines are gathered up to this many bytes before they are written. */
const BUFFER_BYTES = 1 << 18;

/**
 * Blobs in a folder. Small files are written aside and renamed, so a reader never sees half of one; a file that a power
 * cut left short is noticed by its digest when read, and `put` writes it again.
 */
export function createFolderBlobs(dir: string): Blobs {
  const made = new Set<string>();
  const folderOf = (digest: string): string => {
    const folder = join(dir, digest.slice(0, 2));
    if (!made.has(folder)) {
      mkdirSync(folder, { recursive: true });
      made.add(folder);
    }
    return folder;
  };
  const pathOf = (digest: string): string => {
    if (!/^[0-9a-f]{64}$/.test(digest)) {
      throw new InvalidInputError({
        code: 'BAD_ARGUMENT',
        message: `"${digest.slice(0, 80)}" is no SHA-256 digest.`,
      });
    }
    return join(dir, digest.slice(0, 2), digest);
  };
  const known = new Set<string>();
  const putNow = (bytes: Uint8Array): string => {
    const digest = sha256Hex(bytes);
    if (known.has(digest)) return digest;
    const folder = folderOf(digest);
    const aside = join(folder, `.${digest.slice(0, 16)}-${process.pid}-${randomUUID().slice(0, 8)}`);
    writeFileSync(aside, bytes);
    renameSync(aside, join(folder, digest));
    if (known.size > 200_000) known.clear();
    known.add(digest);
    return digest;
  };
  return {
    put: async (bytes) => putNow(bytes),
    putMany: async (files) => files.map(putNow),
    async get(digest) {
      const bytes = await readFile(pathOf(digest)).catch((cause: unknown) => {
        throw new IntegrityError({
          code: 'DIGEST_MISMATCH',
          message: `The file ${digest} is missing.`,
          cause,
        });
      });
      if (sha256Hex(bytes) !== digest) {
        throw new IntegrityError({
          code: 'DIGEST_MISMATCH',
          message: `The file ${digest} is not what its name says.`,
        });
      }
      return bytes;
    },
    has: (digest) =>
      access(pathOf(digest)).then(
        () => true,
        () => false,
      ),
    writer: () => openWriter(dir),
    lines: (digest) => readLines(pathOf(digest), digest),
  };
}

async function openWriter(dir: string): Promise<BlobWriter> {
  await mkdir(dir, { recursive: true });
  const aside = join(dir, `.writing-${randomUUID()}`);
  const file = await open(aside, 'wx');
  const hash = createHash('sha256');
  let pending: string[] = [];
  let pendingBytes = 0;
  const flush = async () => {
    const bytes = Buffer.from(pending.join(''));
    pending = [];
    pendingBytes = 0;
    hash.update(bytes);
    await writeFile(file, bytes);
  };
  return {
    async line(text) {
      pending.push(text, '\n');
      pendingBytes += text.length + 1;
      if (pendingBytes >= BUFFER_BYTES) await flush();
    },
    async close() {
      await flush();
      await file.sync();
      await file.close();
      const digest = hash.digest('hex');
      const folder = join(dir, digest.slice(0, 2));
      await mkdir(folder, { recursive: true });
      await rename(aside, join(folder, digest));
      return digest;
    },
    async abort() {
      await file.close();
      await rm(aside, { force: true });
    },
  };
}

/** Reads line by line and checks the digest at the end: what was read before is only trusted when the end is reached. */
async function* readLines(path: string, digest: string): AsyncIterable<string> {
  const stream = createReadStream(path);
  const hash = createHash('sha256');
  stream.on('data', (chunk) => hash.update(chunk));
  const failure = new Promise<never>((_resolve, reject) => {
    stream.on('error', (cause) =>
      reject(
        new IntegrityError({ code: 'DIGEST_MISMATCH', message: `The file ${digest} cannot be read.`, cause }),
      ),
    );
  });
  failure.catch(() => undefined);
  const opened = new Promise<void>((resolve) => stream.once('open', () => resolve()));
  await Promise.race([opened, failure]);
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    if (line !== '') yield line;
  }
  if (hash.digest('hex') !== digest) {
    throw new IntegrityError({
      code: 'DIGEST_MISMATCH',
      message: `The file ${digest} is not what its name says.`,
    });
  }
}
