// What a failed call to an AWS service means: who must act, and whether trying again can help.
import { type UpstreamCode, UpstreamError } from '../../domain/errors.ts';

type Meaning = readonly [code: UpstreamCode, retryable: boolean];

/** Names of the services' own errors, the ones every AWS service has, and the SDK's about credentials and the network. */
const BY_NAME: readonly (readonly [names: RegExp, meaning: Meaning])[] = [
  [
    /^(Throttling|Throttled|ThrottlingException|ThrottledException|RequestThrottled|RequestThrottledException|TooManyRequests(Exception)?|ProvisionedThroughputExceededException|RequestLimitExceeded|LimitExceededException|SlowDown|KMSThrottlingException|OverLimit|ExecutionLimitExceeded|EC2ThrottledException)$/,
    ['THROTTLED', true],
  ],
  [
    /^(AccessDenied(Exception)?|UnauthorizedOperation|UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|ExpiredToken(Exception)?|MissingAuthenticationToken|CredentialsProviderError|KMSAccessDeniedException|KmsAccessDenied)$/,
    ['DENIED', false],
  ],
  // A new function, key or role is known everywhere within seconds.
  [
    /^(ResourceNotReadyException|KeyUnavailableException|KMSInvalidStateException|ResourceConflictException)$/,
    ['NOT_READY', true],
  ],
  // Conditional writes to one key at one time: S3 asks to repeat them.
  [/^(ConditionalRequestConflict|OperationAborted)$/, ['UNAVAILABLE', true]],
  [
    /^(NotFound(Exception)?|NoSuchKey|NoSuchBucket|NoSuchUpload|ResourceNotFoundException|QueueDoesNotExist|StateMachineDoesNotExist)$/,
    ['NOT_FOUND', false],
  ],
  [/^(DisabledException|KMSDisabledException|StateMachineDeleting)$/, ['NOT_READY', false]],
  [/^(TimeoutError|RequestTimeout(Exception)?|DependencyTimeoutException|AbortError)$/, ['TIMEOUT', true]],
];

/** Codes of the operating system for a call that got no answer. */
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'ETIMEDOUT']);

/**
 * Runs a call of the AWS SDK and names what failed.
 * @param provider the service, as `UpstreamError.provider` says it: `s3`
 * @param action what could not be done, after "could not": `store blob 4f…`
 * @throws UpstreamError when the service or the way to it is to blame; anything else is a bug and thrown as it is
 */
export async function callAws<T>(provider: string, action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw explainAwsFailure(provider, action, error);
  }
}

/** The UpstreamError for what a call threw, or the thing itself when neither service nor network is to blame. */
export function explainAwsFailure(provider: string, action: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UpstreamError) return error;
  const meaning = meaningOf(error);
  if (meaning === undefined) return error;
  const [code, retryable] = meaning;
  return new UpstreamError({
    code,
    retryable,
    provider,
    message: `${provider} could not ${action}: ${[error.name, error.message].filter(Boolean).join(': ').slice(0, 500)}`,
    cause: error,
  });
}

function meaningOf(error: Error): Meaning | undefined {
  const named = BY_NAME.find(([names]) => names.test(error.name));
  if (named) return named[1];
  if ('code' in error && typeof error.code === 'string' && NETWORK.has(error.code))
    return ['UNAVAILABLE', true];
  // The SDK's word for bytes that were damaged on the way.
  if (error.message.startsWith('Checksum mismatch')) return ['UNAVAILABLE', true];
  const status = statusOf(error);
  if (status === undefined) return '$metadata' in error ? ['UNAVAILABLE', true] : undefined;
  if (status === 429) return ['THROTTLED', true];
  if (status === 401 || status === 403) return ['DENIED', false];
  if (status === 404) return ['NOT_FOUND', false];
  return status >= 500 ? ['UNAVAILABLE', true] : ['REJECTED', false];
}

/** HTTP status of the answer an SDK error came with; undefined when there was none. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
