// Errors on their way from one function to another. Lambda hands on an error's name and message and nothing else, so its code
// travels in front of the message. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
import * as z from 'zod';
import {
  ConflictError,
  INTEGRITY_CODES,
  INVALID_INPUT_CODES,
  IntegrityError,
  InvalidInputError,
  REFUSAL_CODES,
  RefusedError,
  UPSTREAM_CODES,
  type UpstreamCode,
  UpstreamError,
} from '../../domain/errors.ts';

/** What Lambda answers when a function threw or was stopped. Another account's function may answer anything. */
const Failure = z.object({
  errorType: z.string().max(200).catch('unknown error'),
  errorMessage: z.string().catch(''),
});

/** Codes of what goes away by itself. */
const PASSING = [
  'THROTTLED',
  'NOT_READY',
  'TIMEOUT',
  'UNAVAILABLE',
] as const satisfies readonly UpstreamCode[];

/** Lambda's own words for a function that was stopped: its time, its memory, its process. */
const STOPPED = /^(Sandbox\.|Runtime\.|Function\.)/;

/**
 * The error a function should throw so that its caller can make it again: of the same name, its code before its message.
 * What is none of our errors is returned as it is.
 */
export function withCode(error: unknown): unknown {
  const isOurs = [RefusedError, InvalidInputError, UpstreamError, IntegrityError, ConflictError].some(
    (family) => error instanceof family,
  );
  if (!isOurs || !(error instanceof Error) || !('code' in error)) return error;
  const coded = new Error(`${String(error.code)}: ${error.message}`, { cause: error });
  coded.name = error.name;
  return coded;
}

/**
 * The error for what a function answered instead of a result: of the family it names, or an UpstreamError with the name.
 * @param functionName what was called, for the message
 */
export function errorOfFunction(functionName: string, answer: unknown): Error {
  const { errorType, errorMessage } = Failure.catch({ errorType: 'unknown error', errorMessage: '' }).parse(
    answer,
  );
  const [, code = '', said = errorMessage] = /^([A-Z_]+): (.*)$/s.exec(errorMessage) ?? [];
  const message = `${functionName}: ${said.slice(0, 1000)}`;
  switch (errorType) {
    case 'RefusedError':
      return new RefusedError({ code: oneOf(REFUSAL_CODES, code) ?? 'NOT_SUPPORTED', message });
    case 'InvalidInputError':
      return new InvalidInputError({ code: oneOf(INVALID_INPUT_CODES, code) ?? 'BAD_ARGUMENT', message });
    case 'IntegrityError':
      return new IntegrityError({ code: oneOf(INTEGRITY_CODES, code) ?? 'CORRUPT_RECORD', message });
    case 'ConflictError':
      return new ConflictError({ code: 'CONFLICT', message });
    case 'UpstreamError':
      return upstream(oneOf(UPSTREAM_CODES, code) ?? 'UNAVAILABLE', message);
    default: {
      const whole = `${functionName} failed with ${errorType}: ${errorMessage.slice(0, 1000)}`;
      if (errorType === 'Sandbox.Timedout') return upstream('TIMEOUT', whole);
      return upstream(STOPPED.test(errorType) ? 'UNAVAILABLE' : 'REJECTED', whole);
    }
  }
}

function upstream(code: UpstreamCode, message: string): UpstreamError {
  return new UpstreamError({
    code,
    message,
    provider: 'lambda',
    retryable: oneOf(PASSING, code) !== undefined,
  });
}

function oneOf<T extends string>(known: readonly T[], code: string): T | undefined {
  return known.find((each) => each === code);
}
