// AWS's failures, in our words: who must act, and whether trying again can help.
import * as z from 'zod';
import { type UpstreamCode, UpstreamError } from '../../domain/errors.ts';

interface Verdict {
  readonly code: UpstreamCode;
  readonly retryable: boolean;
}

const BY_NAME: readonly (readonly [names: RegExp, verdict: Verdict])[] = [
  [
    /^(Throttl(ing|ed)(Exception)?|RequestLimitExceeded|TooManyRequests(Exception)?|RequestThrottled(Exception)?|SlowDown)$/,
    { code: 'THROTTLED', retryable: true },
  ],
  [
    /^(AccessDenied(Exception)?|UnauthorizedOperation|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|ExpiredToken(Exception)?|OptInRequired|CredentialsProviderError|MissingAuthenticationToken)$/,
    { code: 'DENIED', retryable: false },
  ],
  [/^(ResourceNotFound|NoSuchEntity)(Exception)?$/, { code: 'NOT_FOUND', retryable: false }],
  [/^(TimeoutError|RequestTimeout|AbortError)$/, { code: 'TIMEOUT', retryable: true }],
  [
    /^(InternalServiceError|InternalServerError|InternalFailure|InternalError|ServiceUnavailable|ServiceFailure)(Exception)?$/,
    { code: 'UNAVAILABLE', retryable: true },
  ],
  [/^(ConflictException|ConcurrentModification(Exception)?)$/, { code: 'UNAVAILABLE', retryable: true }],
];

const WithStatus = z.object({ $metadata: z.object({ httpStatusCode: z.number().optional() }) });

/** Names an AWS error for what it means. `action` is the operation that failed. */
export function toUpstream(error: unknown, provider: string, action: string): UpstreamError {
  if (error instanceof UpstreamError) return error;
  const name = error instanceof Error ? error.name : 'unknown';
  const { code, retryable } = verdictOf(error, name);
  const said = error instanceof Error && error.message !== '' ? error.message : name;
  const message = `${action}: ${name === said ? name : `${name}: ${said}`}`;
  return new UpstreamError({ provider, code, retryable, message, cause: error });
}

function verdictOf(error: unknown, name: string): Verdict {
  const found = BY_NAME.find(([names]) => names.test(name));
  if (found) return found[1];
  const parsed = WithStatus.safeParse(error);
  const status = parsed.success ? parsed.data.$metadata.httpStatusCode : undefined;
  // No answer at all (refused, reset, unresolved): the network's fault, not the request's.
  if (status === undefined || status >= 500) return { code: 'UNAVAILABLE', retryable: true };
  if (status === 429) return { code: 'THROTTLED', retryable: true };
  return { code: 'REJECTED', retryable: false };
}

/** Makes a request, with AWS's failure in our words. @throws UpstreamError */
export async function attempt<T>(provider: string, action: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw toUpstream(error, provider, action);
  }
}

/** Reads an answer with its schema. @throws UpstreamError REJECTED when AWS (or who plays AWS) sent something else. */
export function parseAnswer<T extends z.ZodType>(
  schema: T,
  answer: unknown,
  provider: string,
  action: string,
): z.infer<T> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UpstreamError({
    provider,
    code: 'REJECTED',
    retryable: false,
    message: `${action}: unexpected answer at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    cause: parsed.error,
  });
}

/** The provider's id of a request, for the evidence. */
export function requestIdOf(answer: {
  readonly $metadata: { readonly requestId?: string | undefined };
}): string {
  return `aws-request ${answer.$metadata.requestId ?? 'without id'}`;
}
