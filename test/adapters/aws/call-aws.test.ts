import { describe, expect, it } from 'vitest';
import { callAws } from '../../../lib/adapters/aws/call-aws.ts';
import { UpstreamError } from '../../../lib/domain/errors.ts';

/** An error as the AWS SDK throws it. */
function sdkError(name: string, httpStatusCode?: number, more: object = {}): Error {
  return Object.assign(new Error(`${name} happened`), { name, $metadata: { httpStatusCode }, ...more });
}

const calling = (error: unknown): Promise<never> =>
  callAws('kms', 'sign', async () => {
    throw error;
  });

describe('a failed call to AWS', () => {
  it.each([
    ['ThrottlingException', 400, 'THROTTLED', true],
    ['TooManyRequestsException', 429, 'THROTTLED', true],
    ['SlowDown', 503, 'THROTTLED', true],
    ['SomethingNew', 429, 'THROTTLED', true],
    ['AccessDeniedException', 400, 'DENIED', false],
    ['AccessDenied', 403, 'DENIED', false],
    ['SomethingNew', 403, 'DENIED', false],
    ['NoSuchBucket', 404, 'NOT_FOUND', false],
    ['KMSInvalidStateException', 400, 'NOT_READY', true],
    ['DisabledException', 400, 'NOT_READY', false],
    ['TimeoutError', undefined, 'TIMEOUT', true],
    ['InternalError', 500, 'UNAVAILABLE', true],
    ['SomethingNew', undefined, 'UNAVAILABLE', true],
    ['ValidationException', 400, 'REJECTED', false],
  ])('named %s with status %s is %s', async (name, status, code, retryable) => {
    const error = sdkError(name, status);

    await expect(calling(error)).rejects.toThrow(UpstreamError);
    await expect(calling(error)).rejects.toMatchObject({ code, retryable, provider: 'kms', cause: error });
    await expect(calling(error)).rejects.toThrow(`kms could not sign: ${name}: ${name} happened`);
  });

  it('that got no answer may be tried again', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

    await expect(calling(refused)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  it('stays as it is when neither AWS nor the network is to blame', async () => {
    const bug = new TypeError('undefined is not a function');
    const named = new UpstreamError({ code: 'DENIED', message: 'x', provider: 's3', retryable: false });

    await expect(calling(bug)).rejects.toBe(bug);
    await expect(calling(named)).rejects.toBe(named);
  });
});
