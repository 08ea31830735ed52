// Writes the published predicate schemas. What is published under a version never changes: a change needs a new version.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { sha256Hex } from '../domain/attestation/bytes/sha256.ts';
import { utf8Bytes } from '../domain/attestation/bytes/text-bytes.ts';
import { predicateSchemaFiles } from '../domain/attestation/predicates/json-schemas.ts';
import { RefusedError } from '../domain/errors.ts';

/** `digests.json`: SHA-256 of every schema file ever published, by its path. */
export const PublishedDigests = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));
export type PublishedDigests = z.infer<typeof PublishedDigests>;

const DIGESTS = 'digests.json';

/** The digests a folder of schemas has published; empty for a new folder. */
export async function readPublished(folder: string): Promise<PublishedDigests> {
  try {
    return PublishedDigests.parse(JSON.parse(await readFile(join(folder, DIGESTS), 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

/** Paths whose schema is not what was published under that version; empty when nothing changed its meaning. */
export function changedSchemas(
  published: PublishedDigests,
  files: ReadonlyMap<string, string> = predicateSchemaFiles(),
): string[] {
  return [...files].flatMap(([path, text]) => {
    const before = published[path];
    return before !== undefined && before !== sha256Hex(utf8Bytes(text)) ? [path] : [];
  });
}

/**
 * Writes the schema files and adds new ones to the list of digests.
 * @returns paths written for the first time
 * @throws RefusedError `CONFLICT` when one changed under a version that was published
 */
export async function exportSchemas(
  folder: string,
  files: ReadonlyMap<string, string> = predicateSchemaFiles(),
): Promise<string[]> {
  const published = await readPublished(folder);
  const changed = changedSchemas(published, files);
  if (changed.length > 0) {
    throw new RefusedError({
      code: 'CONFLICT',
      message: `${changed.join(', ')} changed under a published version: give the predicate a new version, and keep the old one readable.`,
    });
  }
  const fresh = [...files.keys()].filter((path) => published[path] === undefined);
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const digests = { ...published };
  for (const path of fresh) digests[path] = sha256Hex(utf8Bytes(files.get(path) ?? ''));
  const sorted = Object.fromEntries(Object.entries(digests).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(join(folder, DIGESTS), `${JSON.stringify(sorted, null, 2)}\n`);
  return fresh;
}

if (import.meta.main) {
  const fresh = await exportSchemas(join(import.meta.dirname, '..', '..', 'docs', 'schemas'));
  process.stdout.write(`${fresh.length} new: ${fresh.join(', ') || 'none'}\n`);
}
