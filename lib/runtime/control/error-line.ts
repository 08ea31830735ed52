// Errors on their way to the command, which makes them again.
import {
  ConflictError,
  IntegrityError,
  InvalidInputError,
  RefusedError,
  UpstreamError,
} from '../../domain/errors.ts';
import type { ErrorFamily, ErrorLine } from './protocol.ts';

/** The error as a line of an answer. */
export function errorLine(error: unknown): ErrorLine {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNEXPECTED';
  return { family: familyOf(error), code, message };
}

function familyOf(error: unknown): ErrorFamily {
  if (error instanceof RefusedError) return 'refused';
  if (error instanceof InvalidInputError) return 'invalid';
  if (error instanceof UpstreamError) return 'upstream';
  if (error instanceof IntegrityError) return 'integrity';
  return error instanceof ConflictError ? 'conflict' : 'unexpected';
}
