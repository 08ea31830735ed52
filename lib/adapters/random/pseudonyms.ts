// Pseudonyms from a salt that never leaves this machine. Losing the salt makes signed actors unlinkable for good.
import { createHash, randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import type { Pseudonyms } from '../../application/ports/secrets.ts';
import { IntegrityError } from '../../domain/errors.ts';

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

/** Pseudonyms with the salt in a file, which is made (mode 0600) when missing. Two makers at once agree on one. */
export async function openPseudonyms(path: string): Promise<Pseudonyms> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(randomBytes(SALT_BYTES));
    await file.sync();
    await file.close();
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  }
  return saltedPseudonyms(await readFile(path));
}
