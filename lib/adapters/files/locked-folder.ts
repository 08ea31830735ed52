// Write-once files in a folder: the embedded stand-in for S3 Object Lock. Each appears whole, is made read-only, and is
// never replaced through here. Whoever is root on this machine can still remove it; only another account's Object Lock
// in compliance mode is out of the operator's reach.
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { LockedFiles } from '../../application/ports/locked-files.ts';
import { sameBytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { checkLockedName, forkedFile } from './locked-names.ts';

/** Drafts start so; no name of a file may. */
const DRAFT = '.draft-';

/** Opens the folder, made when missing. */
export async function openLockedFolder(folder: string): Promise<LockedFiles> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const get = async (name: string) => readIfThere(pathOf(folder, name));
  return {
    get,
    put: async (name, bytes) => {
      const path = pathOf(folder, name);
      if (await writeOnce(path, bytes)) return;
      const existing = await get(name);
      if (existing !== undefined && sameBytes(existing, bytes)) return;
      throw forkedFile(name, existing, bytes);
    },
    list: (prefix) => listNames(folder, prefix),
  };
}

function pathOf(folder: string, name: string): string {
  checkLockedName(name);
  return join(folder, ...name.split('/'));
}

/** False when the name is taken. A crash leaves either no file or a whole one. */
async function writeOnce(path: string, bytes: Uint8Array): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  const draft = join(dirname(path), `${DRAFT}${randomUUID()}`);
  const file = await open(draft, 'wx', 0o444);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // Unlike rename, link never replaces what is there.
    await link(draft, path);
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(draft);
  }
  await syncFolder(dirname(path));
  return true;
}

/** A new name survives a power cut once its folder is on disk. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; its file system journals names itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR') || isCode(error, 'EISDIR')) return undefined;
    throw error;
  }
}

async function* listNames(folder: string, prefix: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  yield* entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith(DRAFT))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => name.startsWith(prefix))
    .sort();
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
