import { describe, expect, it } from 'vitest';
import { errorOfFunction, withCode } from '../../../lib/adapters/lambda/function-errors.ts';
import {
  ConflictError,
  IntegrityError,
  InvalidInputError,
  RefusedError,
  UpstreamError,
} from '../../../lib/domain/errors.ts';

/** What Lambda makes of a thrown error. */
const handedOn = (error: unknown) =>
  error instanceof Error ? { errorType: error.name, errorMessage: error.message, trace: [] } : null;

describe('an error on its way between functions', () => {
  it.each([
    new RefusedError({ code: 'SELF_REVIEW', message: 'Not your own.' }),
    new InvalidInputError({ code: 'UNKNOWN_CONNECTOR', message: 'No connector "x".' }),
    new IntegrityError({ code: 'SIGNATURE', message: 'The note is not\nthe log’s.' }),
    new ConflictError({ code: 'CONFLICT', message: 'Somebody was first.' }),
    new UpstreamError({ code: 'THROTTLED', message: 'Wait.', provider: 'kms', retryable: true }),
    new UpstreamError({ code: 'DENIED', message: 'No.', provider: 'kms', retryable: false }),
  ])('keeps family, code and message: $name $code', (error) => {
    const made = errorOfFunction('seal-ledger', handedOn(withCode(error)));

    expect(made).toBeInstanceOf(error.constructor);
    expect(made).toMatchObject({ code: error.code, message: `seal-ledger: ${error.message}` });
    if (error instanceof UpstreamError) expect(made).toMatchObject({ retryable: error.retryable });
  });

  it.each([
    ['RefusedError', RefusedError],
    ['InvalidInputError', InvalidInputError],
    ['IntegrityError', IntegrityError],
    ['ConflictError', ConflictError],
    ['UpstreamError', UpstreamError],
  ])('keeps its family when its code is none that we know: %s', (errorType, family) => {
    for (const errorMessage of ['It failed.', 'MADE_UP: It failed.', ''])
      expect(errorOfFunction('seal-ledger', { errorType, errorMessage })).toBeInstanceOf(family);
  });

  it.each([
    [{ errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 3.00 seconds' }, 'TIMEOUT', true],
    [{ errorType: 'Runtime.ExitError', errorMessage: 'signal: killed' }, 'UNAVAILABLE', true],
    [{ errorType: 'TypeError', errorMessage: 'x is not a function' }, 'REJECTED', false],
    [{ errorMessage: 'no type' }, 'REJECTED', false],
    ['nonsense', 'REJECTED', false],
    [null, 'REJECTED', false],
  ])('says what stopped a function: %j', (answer, code, retryable) => {
    const made = errorOfFunction('export-evidence', answer);

    expect(made).toBeInstanceOf(UpstreamError);
    expect(made).toMatchObject({ code, retryable, provider: 'lambda' });
    expect(made.message).toContain('export-evidence');
  });

  it('is left as it is when it is none of ours', () => {
    const bug = new TypeError('x');

    expect(withCode(bug)).toBe(bug);
    expect(withCode('text')).toBe('text');
  });
});
