// What is running, in one digest: recorded in every attestation.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** SHA-256 (lowercase hex) over the paths and contents of every source file of the product, in path order. */
export async function buildDigest(): Promise<string> {
  const digest = createHash('sha256');
  for (const folder of ['lib', 'lambdas', 'bin']) {
    const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.toSorted()) {
      digest.update(`${file.slice(ROOT.length + 1)}\0`);
      digest.update(await readFile(file));
    }
  }
  return digest.digest('hex');
}
