// Errors, sorted by who must act. Codes are literal so a `switch` over them is checked.

/** What an error says: a stable code, a sentence for people, and what it was caused by. */
export interface ErrorDetails<Code extends string> {
  readonly code: Code;
  readonly message: string;
  readonly cause?: unknown;
}

abstract class CodedError<Code extends string> extends Error {
  /** Given in words: class names are shortened where code is bundled, and retries go by them. */
  abstract override readonly name: string;
  readonly code: Code;

  constructor({ code, message, cause }: ErrorDetails<Code>) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Why an act was refused: tell the person; never retry. */
export const REFUSAL_CODES = [
  'NOT_ELIGIBLE',
  'SELF_REVIEW',
  'ALREADY_CLOSED',
  'ALREADY_EXECUTING',
  'STALE_SNAPSHOT',
  'PROTECTED',
  'SECOND_PERSON',
  'STRONGER_PROOF',
  'NOT_FOUND',
  'WRONG_CODE',
  'EXPIRED',
  'NOT_SUPPORTED',
  'ILLEGAL_TRANSITION',
  'STOPPED',
  'CONFLICT',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** The act is not allowed. Show the message to the person who asked; retrying cannot help. */
export class RefusedError extends CodedError<RefusalCode> {
  override readonly name = 'RefusedError';
}

/** What kind of input was wrong. */
export const INVALID_INPUT_CODES = [
  'MALFORMED_FILE',
  'MISSING_COLUMN',
  'MALFORMED_DEFINITION',
  'MALFORMED_EXPRESSION',
  'MALFORMED_DECISION',
  'MALFORMED_REQUEST',
  'MALFORMED_JSON',
  'UNKNOWN_REVIEWER',
  'UNKNOWN_CONNECTOR',
  'BAD_ARGUMENT',
  'BAD_SETTING',
] as const;
export type InvalidInputCode = (typeof INVALID_INPUT_CODES)[number];

/** Input from outside was wrong: HTTP 4xx, command exit 2. The message names file, field and value. */
export class InvalidInputError extends CodedError<InvalidInputCode> {
  override readonly name = 'InvalidInputError';
}

/** How a provider failed. */
export const UPSTREAM_CODES = [
  'THROTTLED',
  'DENIED',
  'NOT_READY',
  'NOT_FOUND',
  'TIMEOUT',
  'UNAVAILABLE',
  'REJECTED',
] as const;
export type UpstreamCode = (typeof UPSTREAM_CODES)[number];

/** A provider (AWS, Slack, SES, …) failed. Retry when `retryable`, then dead-letter. */
export class UpstreamError extends CodedError<UpstreamCode> {
  override readonly name = 'UpstreamError';
  readonly provider: string;
  readonly retryable: boolean;
  /** How long the provider asked us to wait, in ms, where it said so. */
  readonly retryAfterMs: number | undefined;

  constructor(
    details: ErrorDetails<UpstreamCode> & {
      readonly provider: string;
      readonly retryable: boolean;
      readonly retryAfterMs?: number | undefined;
    },
  ) {
    super(details);
    this.provider = details.provider;
    this.retryable = details.retryable;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** What was found to be broken. */
export const INTEGRITY_CODES = [
  'SIGNATURE',
  'DIGEST_MISMATCH',
  'ROOT_MISMATCH',
  'NOT_CANONICAL',
  'FORK',
  'COUNTS',
  'CORRUPT_RECORD',
] as const;
export type IntegrityCode = (typeof INTEGRITY_CODES)[number];

/** Evidence or stored state contradicts itself. Never swallowed: alarm. */
export class IntegrityError extends CodedError<IntegrityCode> {
  override readonly name = 'IntegrityError';
}

/** Somebody else wrote first. Re-read and decide again; never blindly retry the same write. */
export class ConflictError extends CodedError<'CONFLICT'> {
  override readonly name = 'ConflictError';
  /** Which writes of the batch failed their condition, by position. */
  readonly positions: readonly number[];

  constructor(details: ErrorDetails<'CONFLICT'> & { readonly positions?: readonly number[] }) {
    super(details);
    this.positions = details.positions ?? [];
  }
}
