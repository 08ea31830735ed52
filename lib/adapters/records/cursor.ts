// Opaque page cursors. They may come back from a browser: malformed ones are refused, none carries a partition key.
import type * as z from 'zod';
import { InvalidInputError } from '../../domain/errors.ts';

/** Packs where a page ended. */
export function packCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position), 'utf8').toString('base64url');
}

/** Reads where the next page starts; undefined without a cursor. @throws InvalidInputError MALFORMED_REQUEST */
export function readCursor<T>(schema: z.ZodType<T>, cursor: string | undefined): T | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new InvalidInputError({
      code: 'MALFORMED_REQUEST',
      message: 'The page cursor is not one of ours.',
      cause,
    });
  }
}

/** Entries on a page when the caller does not say. */
export const DEFAULT_LIMIT = 100;

/** The page size asked for. @throws InvalidInputError MALFORMED_REQUEST below 1 or above 10,000 */
export function limitOf(page: { readonly limit?: number } | undefined): number {
  const limit = page?.limit ?? DEFAULT_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
    throw new InvalidInputError({
      code: 'MALFORMED_REQUEST',
      message: `A page holds 1 to 10,000 entries, not ${limit}.`,
    });
  }
  return limit;
}
