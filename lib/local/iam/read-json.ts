// Reading somebody else's JSON file: refuse naming file, line and column.
import { readFile } from 'node:fs/promises';
import type * as z from 'zod';
import { InvalidInputError } from '../../domain/errors.ts';
import { findJsonFault } from './json-fault.ts';
import { locateJson, positionOf } from './json-position.ts';

/**
 * Reads a UTF-8 text file, a byte order mark removed.
 * @throws InvalidInputError MALFORMED_FILE when it cannot be read or is not UTF-8.
 */
export async function readTextFile(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InvalidInputError({
      code: 'MALFORMED_FILE',
      message: `${path}: cannot be read as UTF-8 text: ${error instanceof Error ? error.message : String(error)}`,
      cause: error,
    });
  }
}

/** Parses JSON. @throws InvalidInputError MALFORMED_JSON naming file, line and column. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { line, column } = positionOf(text, findJsonFault(text));
    throw new InvalidInputError({
      code: 'MALFORMED_JSON',
      message: `${file}: line ${line}, column ${column}: not valid JSON`,
      cause: error,
    });
  }
}

/** The refusal for a value in a JSON file that does not have the shape expected. */
export function shapeRefusal(
  file: string,
  text: string,
  basePath: readonly PropertyKey[],
  error: z.ZodError,
): InvalidInputError {
  const issue = error.issues[0];
  const path = [...basePath, ...(issue?.path ?? [])];
  const { line, column } = locateJson(text, path).start;
  return new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `${file}: line ${line}, column ${column}: ${path.join('.')}: ${issue?.message ?? 'unexpected shape'}`,
    cause: error,
  });
}
