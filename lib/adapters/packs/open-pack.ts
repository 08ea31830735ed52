// A pack from a path: a directory, or a zip.
import { readFile, stat } from 'node:fs/promises';
import { InvalidInputError } from '../../domain/errors.ts';
import type { PackSink } from '../../evidence/pack-sink.ts';
import type { PackSource } from '../../verification/pack/pack-source.ts';
import { readDirectoryPack, writeDirectoryPack } from './directory-pack.ts';
import { readZipPack, writeZipPack } from './zip-pack.ts';

/** Opens what is there. @throws InvalidInputError `BAD_ARGUMENT` when nothing is, `MALFORMED_FILE` when it is no pack */
export async function openPack(path: string): Promise<PackSource> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new InvalidInputError({ code: 'BAD_ARGUMENT', message: `${path} cannot be found.`, cause });
  });
  return found.isDirectory() ? readDirectoryPack(path) : readZipPack(path);
}

/** Begins a pack: a zip when the name ends in `.zip`, otherwise a directory. */
export function createPack(path: string): Promise<PackSink> {
  return path.endsWith('.zip') ? writeZipPack(path) : writeDirectoryPack(path);
}

/** Reads a checkpoint that the auditor holds. */
export async function readHeldCheckpoint(
  path: string,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  try {
    return { name: path, bytes: await readFile(path) };
  } catch (cause) {
    throw new InvalidInputError({ code: 'BAD_ARGUMENT', message: `${path} cannot be read.`, cause });
  }
}
