// Errors as people see them: one sentence, and the exit code that says who must act.
import {
  ConflictError,
  IntegrityError,
  InvalidInputError,
  RefusedError,
  UpstreamError,
} from '../domain/errors.ts';
import { oneLine } from '../presentation/web/safe-text.ts';
import type { ExitCode } from './context.ts';

/** Exit code of an error: 2 for wrong input (a name that does not exist included), 3 for a refusal, 1 for the rest. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof InvalidInputError) return 2;
  if (error instanceof RefusedError) return error.code === 'NOT_FOUND' ? 2 : 3;
  return 1;
}

/** One sentence for stderr. Messages may quote what identities are called, so they are made safe to show. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ConflictError)
    return 'Somebody else changed this at the same moment; please try again.';
  if (error instanceof IntegrityError)
    return `Stored evidence contradicts itself: ${oneLine(error.message, 2000)}`;
  if (error instanceof UpstreamError) return `${error.provider}: ${oneLine(error.message, 2000)}`;
  if (error instanceof InvalidInputError || error instanceof RefusedError)
    return oneLine(error.message, 2000);
  const message = error instanceof Error ? oneLine(error.message, 500) : 'no message';
  return `This should not have happened: ${message} (run again with --debug to see where).`;
}

/** The stack and every cause, for `--debug`. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? ` [${String(error.code)}]` : '';
  const cause = error.cause === undefined ? '' : `\ncaused by: ${traceOf(error.cause)}`;
  return `${error.stack ?? error.message}${code}${cause}`;
}
