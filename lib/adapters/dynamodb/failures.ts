// What a failed call means for us. Conflicts are told apart by whoever wrote; everything else becomes an UpstreamError.
import { type UpstreamCode, UpstreamError } from '../../domain/errors.ts';

const BY_NAME: Readonly<Record<string, readonly [code: UpstreamCode, retryable: boolean]>> = {
  ProvisionedThroughputExceededException: ['THROTTLED', true],
  ThrottlingException: ['THROTTLED', true],
  RequestLimitExceeded: ['THROTTLED', true],
  TransactionInProgressException: ['THROTTLED', true],
  InternalServerError: ['UNAVAILABLE', true],
  TimeoutError: ['TIMEOUT', true],
  ResourceNotFoundException: ['NOT_READY', false],
  AccessDeniedException: ['DENIED', false],
  UnrecognizedClientException: ['DENIED', false],
  ExpiredTokenException: ['DENIED', true],
  CredentialsProviderError: ['DENIED', false],
  ValidationException: ['REJECTED', false],
};

/** Name of an error; empty for anything else that was thrown. */
export function nameOf(failure: unknown): string {
  return failure instanceof Error ? failure.name : '';
}

/** A failed DynamoDB call as an UpstreamError. Calls that never got an answer may be tried again. */
export function upstreamFailure(failure: unknown, action: string): UpstreamError {
  const [code, retryable] = BY_NAME[nameOf(failure)] ?? ['UNAVAILABLE', true];
  const reason = failure instanceof Error ? failure.message || failure.name : String(failure);
  return new UpstreamError({
    code,
    provider: 'dynamodb',
    retryable,
    message: `DynamoDB could not ${action}: ${reason}`,
    cause: failure,
  });
}

/** Runs a call and names what failed. */
export async function callTable<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (failure) {
    throw upstreamFailure(failure, action);
  }
}
