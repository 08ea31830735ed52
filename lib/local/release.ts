// What runs from a working copy: the commit it is at, and one digest over its source.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReleaseManifest } from '../application/governance/record-release.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The release manifest of this source tree. */
export async function releaseOf(build: string): Promise<ReleaseManifest> {
  return {
    schemaVersion: 1,
    commit: await commitOf(join(ROOT, '.git')),
    bundles: [{ name: 'source', sha256: build }],
  };
}

/** The commit checked out; `unknown` where the source came without its history. Changes on top show in the digest. */
export async function commitOf(gitDir: string): Promise<string> {
  const head = (await textOf(join(gitDir, 'HEAD')))?.trim() ?? '';
  const ref = /^ref: (refs\/[A-Za-z0-9._/-]+)$/.exec(head)?.[1];
  if (ref === undefined || ref.includes('..')) return commitIn(head);
  const loose = await textOf(join(gitDir, ref));
  if (loose !== undefined) return commitIn(loose.trim());
  const packed = (await textOf(join(gitDir, 'packed-refs'))) ?? '';
  const line = packed.split('\n').find((each) => each.endsWith(` ${ref}`));
  return commitIn(line?.split(' ')[0] ?? '');
}

function commitIn(text: string): string {
  return /^[0-9a-f]{40,64}$/.test(text) ? text : 'unknown';
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}
