// Pseudonyms from a salt that never leaves this machine. Losing the salt makes signed actors unlinkable for good.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Pseudonyms } from '../../application/ports/secrets.ts';
import { IntegrityError, InvalidInputError } from '../../domain/errors.ts';

const SALT_BYTES = 32;

/** Pseudonyms with a given salt of at least 16 bytes. */
export function saltedPseudonyms(salt: Uint8Array): Pseudonyms {
  if (salt.length < 16)
    throw new IntegrityError({
      code: 'CORRUPT_RECORD',
      message: 'The pseudonym salt is shorter than 16 bytes.',
    });
  return { of: (personId) => createHash('sha256').update(salt).update(personId).digest('hex') };
}

/**
 * Pseudonyms with the salt in a file, which is made, readable by its owner only, when missing. Two makers at once agree on
 * one, and a crash leaves either no salt or a whole one.
 * @throws InvalidInputError BAD_SETTING when others may read the file; IntegrityError when it holds too little
 */
export async function openPseudonyms(path: string): Promise<Pseudonyms> {
  const existing = await stat(path).catch(unless('ENOENT'));
  if (!existing) await createSalt(path);
  // Windows has no such bits: Node reports every file as readable by all.
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) {
    throw new InvalidInputError({
      code: 'BAD_SETTING',
      message: `The pseudonym salt ${path} may be read by others: run chmod 600 on it.`,
    });
  }
  return saltedPseudonyms(await readFile(path));
}

async function createSalt(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(SALT_BYTES));
    await file.sync();
    // Unlike a rename, a link never replaces a salt that somebody else made meanwhile.
    await link(draft, path).catch(unless('EEXIST'));
  } finally {
    await file.close();
    await unlink(draft);
  }
}

function unless(code: string): (failure: unknown) => undefined {
  return (failure) => {
    if (failure instanceof Error && 'code' in failure && failure.code === code) return undefined;
    throw failure;
  };
}
