// AWS's failures, in our words: who must act, and whether trying again can help.
import type * as z from 'zod';
import { type UpstreamCode, UpstreamError } from '../../domain/errors.ts';

interface Verdict {
  readonly code: UpstreamCode;
  readonly retryable: boolean;
}

const BY_NAME: readonly (readonly [names: RegExp, verdict: Verdict])[] = [
  [
    /^(Throttling(Exception)?|ThrottledException|RequestLimitExceeded|TooManyRequests(Exception)?|RequestThrottled(Exception)?|SlowDown|LimitExceededException|ReportGenerationLimitExceeded(Exception)?)$/,
    { code: 'THROTTLED', retryable: true },
  ],
  [
    /^(AccessDenied(Exception)?|UnauthorizedOperation|UnrecognizedClientException|InvalidClientTokenId|SignatureDoesNotMatch|ExpiredToken(Exception)?|OptInRequired|CredentialsProviderError|MissingAuthenticationToken)$/,
    { code: 'DENIED', retryable: false },
  ],
  [/^NoSuchEntity(Exception)?$/, { code: 'NOT_FOUND', retryable: false }],
  [
    /^(CredentialReport(NotPresent|NotReady|Expired)Exception|Report(NotPresent|InProgress|Expired))$/,
    { code: 'NOT_READY', retryable: true },
  ],
  [/^(TimeoutError|RequestTimeout|AbortError)$/, { code: 'TIMEOUT', retryable: true }],
  [
    /^(ServiceFailure(Exception)?|ServiceUnavailable|InternalFailure|InternalError)$/,
    { code: 'UNAVAILABLE', retryable: true },
  ],
  [
    /^(EntityTemporarilyUnmodifiable|ConcurrentModification)(Exception)?$/,
    { code: 'UNAVAILABLE', retryable: true },
  ],
];

const QUOTA: Verdict = { code: 'REJECTED', retryable: false };

/** Names an AWS error for what it means. `action` is the IAM or STS operation that failed. */
export function toUpstream(error: unknown, action: string): UpstreamError {
  if (error instanceof UpstreamError) return error;
  const name = error instanceof Error ? error.name : 'unknown';
  const { code, retryable } = verdictOf(error, name, action);
  const message = error instanceof Error && error.message !== '' ? error.message : name;
  return new UpstreamError({
    provider: 'aws-iam',
    code,
    retryable,
    message: `${action}: ${name === message ? name : `${name}: ${message}`}`,
    cause: error,
  });
}

function verdictOf(error: unknown, name: string, action: string): Verdict {
  // The same name is a quota where something is written (no room for another policy), and haste anywhere else.
  if (name.startsWith('LimitExceeded') && /^(Put|Create|Upload)/.test(action)) return QUOTA;
  const found = BY_NAME.find(([names]) => names.test(name));
  if (found) return found[1];
  const status = statusOf(error);
  // No answer at all (refused, reset, unresolved): the network's fault, not the request's.
  if (status === undefined || status >= 500) return { code: 'UNAVAILABLE', retryable: true };
  return { code: 'REJECTED', retryable: false };
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** Reads an answer with its schema. @throws UpstreamError REJECTED when AWS (or who plays AWS) sent something else. */
export function parseAnswer<T extends z.ZodType>(schema: T, answer: unknown, action: string): z.infer<T> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UpstreamError({
    provider: 'aws-iam',
    code: 'REJECTED',
    retryable: false,
    message: `${action}: unexpected answer at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    cause: parsed.error,
  });
}
