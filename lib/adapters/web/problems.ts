// Errors as pages: what happened, in words, with the right status.
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import {
  ConflictError,
  InvalidInputError,
  type RefusalCode,
  RefusedError,
  UpstreamError,
} from '../../domain/errors.ts';

/** What to answer. `log`: an operator should see it. */
export interface Problem {
  readonly status: ContentfulStatusCode;
  readonly title: string;
  readonly text: string;
  readonly log: boolean;
  readonly retryAfterSeconds?: number;
}

const REFUSALS: Readonly<Partial<Record<RefusalCode, readonly [ContentfulStatusCode, string]>>> = {
  NOT_FOUND: [404, 'Nothing here'],
  EXPIRED: [410, 'This link no longer works'],
  WRONG_CODE: [403, 'That code is not right'],
  NOT_ELIGIBLE: [403, 'Not yours to answer'],
  STRONGER_PROOF: [403, 'Stronger proof is needed'],
  STOPPED: [429, 'Too many codes'],
};

/** Explains whatever was thrown. Only refusals and input errors carry a message meant for people. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RefusedError) {
    const [status, title] = REFUSALS[error.code] ?? [409, 'That cannot be done'];
    const wait = status === 429 ? { retryAfterSeconds: 600 } : {};
    return { status, title, text: error.message, log: false, ...wait };
  }
  if (error instanceof InvalidInputError) {
    return { status: 400, title: 'That could not be read', text: error.message, log: false };
  }
  const again = 'Nothing was lost. Please try again in a few minutes.';
  if (error instanceof ConflictError)
    return { status: 409, title: 'Please try again', text: again, log: false };
  if (error instanceof UpstreamError) {
    return { status: 503, title: 'Please try again later', text: again, log: true, retryAfterSeconds: 60 };
  }
  return {
    status: 500,
    title: 'Something went wrong',
    text: 'The people who run Countersign have been told. Your answers can also be given in Slack.',
    log: true,
  };
}
