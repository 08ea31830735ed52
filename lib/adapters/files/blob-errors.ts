// What can be wrong with a blob, for every adapter that keeps blobs.
import { hash } from 'node:crypto';
import { IntegrityError, InvalidInputError } from '../../domain/errors.ts';

/** SHA-256 of bytes in lowercase hex: a blob's name. */
export function blobDigest(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

/** Refuses what is no digest, before it becomes part of a path. @throws InvalidInputError MALFORMED_REQUEST */
export function checkDigest(digest: string): void {
  if (/^[0-9a-f]{64}$/.test(digest)) return;
  throw new InvalidInputError({
    code: 'MALFORMED_REQUEST',
    message: `"${digest.slice(0, 80)}" is not a SHA-256 digest in lowercase hex.`,
  });
}

/** A file that was referred to is not there. */
export function missingBlob(digest: string, cause?: unknown): IntegrityError {
  return new IntegrityError({ code: 'CORRUPT_RECORD', message: `File ${digest} is missing.`, cause });
}

/** A file's bytes are not what its name says. */
export function mismatchedBlob(digest: string, actual: string): IntegrityError {
  return new IntegrityError({
    code: 'DIGEST_MISMATCH',
    message: `File ${digest} holds other bytes (their SHA-256 is ${actual}).`,
  });
}

/** Refuses a range that holds nothing or cannot be. @throws RangeError */
export function checkRange(start: number, end: number): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start < end) return;
  throw new RangeError(
    `A range of a file goes from 0 or later to a later byte, not from ${start} to ${end}.`,
  );
}

/** Refuses a line that would become two. @throws RangeError */
export function checkLine(text: string): void {
  if (text.includes('\n')) throw new RangeError('A line may not contain a line feed.');
}
