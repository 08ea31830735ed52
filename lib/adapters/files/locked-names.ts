// What may name a locked file, for every adapter that keeps them.
import { IntegrityError, InvalidInputError } from '../../domain/errors.ts';

/**
 * Refuses names that are not segments of harmless characters, so that none leads out of its place or collides with
 * another on some file system. @throws InvalidInputError BAD_ARGUMENT
 */
export function checkLockedName(name: string): void {
  const isHarmless = name.split('/').every((segment) => /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(segment));
  if (isHarmless && name.length <= 1000) return;
  throw new InvalidInputError({
    code: 'BAD_ARGUMENT',
    message: `${JSON.stringify(name)} cannot name a locked file.`,
  });
}

/** A name is taken by other bytes. */
export function forkedFile(
  name: string,
  existing: Uint8Array | undefined,
  bytes: Uint8Array,
): IntegrityError {
  return new IntegrityError({
    code: 'FORK',
    message: `The locked file ${name} exists with other content (${existing?.length ?? 0} bytes, not ${bytes.length}).`,
  });
}
