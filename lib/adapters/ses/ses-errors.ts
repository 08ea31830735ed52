// What an error of SES means: this person cannot be mailed, wait, or an operator must act.
import { type UpstreamCode, UpstreamError } from '../../domain/errors.ts';
import { HOUR_MS } from '../../domain/time.ts';

/** The mail can never reach this person, or the call failed. */
export type ExplainedSesError = { readonly undeliverable: string } | { readonly failure: UpstreamError };

/**
 * Errors by name: the service's own, the ones every AWS service has, and the SDK's about the network.
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
 */
const MEANINGS: Readonly<Record<string, readonly [code: UpstreamCode, retryable: boolean]>> = {
  TooManyRequestsException: ['THROTTLED', true],
  LimitExceededException: ['THROTTLED', true],
  ThrottlingException: ['THROTTLED', true],
  Throttling: ['THROTTLED', true],
  RequestThrottled: ['THROTTLED', true],
  AccountSuspendedException: ['DENIED', false],
  SendingPausedException: ['DENIED', false],
  MailFromDomainNotVerifiedException: ['NOT_READY', false],
  NotFoundException: ['NOT_FOUND', false],
  MessageRejected: ['REJECTED', false],
  BadRequestException: ['REJECTED', false],
  AccessDeniedException: ['DENIED', false],
  UnrecognizedClientException: ['DENIED', false],
  InvalidSignatureException: ['DENIED', false],
  ExpiredTokenException: ['DENIED', false],
  CredentialsProviderError: ['DENIED', false],
  InternalFailure: ['UNAVAILABLE', true],
  InternalServiceErrorException: ['UNAVAILABLE', true],
  ServiceUnavailable: ['UNAVAILABLE', true],
  TimeoutError: ['TIMEOUT', true],
};

/** Explains whatever `send` threw. A bug of ours stays a bug: it is handed back unmapped inside an UpstreamError only when SES or the network is to blame. */
export function explainSesError(error: unknown, recipient: string): ExplainedSesError {
  if (error instanceof UpstreamError) return { failure: error };
  if (!(error instanceof Error)) throw error;
  if (blamesRecipient(error, recipient)) return { undeliverable: error.message.slice(0, 300) };
  const status = statusOf(error);
  const meaning = MEANINGS[error.name] ?? meaningOfStatus(status, error);
  if (!meaning) throw error;
  const [code, retryable] = meaning;
  return {
    failure: new UpstreamError({
      code,
      retryable,
      provider: 'ses',
      message: `SES refused the mail: ${error.name}: ${error.message.slice(0, 300)}`,
      cause: error,
      retryAfterMs: retryAfterOf(error),
    }),
  };
}

/** An address SES finds illegal, or (in the sandbox) an address that is not verified, and it is the recipient's. */
function blamesRecipient({ name, message }: Error, recipient: string): boolean {
  const names = message.toLowerCase().includes(recipient.toLowerCase());
  if (name === 'MessageRejected') return names && /not verified|suppress/i.test(message);
  if (name !== 'BadRequestException') return false;
  return names && /illegal|invalid|missing|domain|suppress/i.test(message);
}

const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE', 'ETIMEDOUT']);

function meaningOfStatus(
  status: number | undefined,
  error: Error,
): readonly [UpstreamCode, boolean] | undefined {
  if ('code' in error && typeof error.code === 'string' && NETWORK.has(error.code))
    return ['UNAVAILABLE', true];
  if (status === undefined) return undefined;
  if (status === 429) return ['THROTTLED', true];
  if (status === 401 || status === 403) return ['DENIED', false];
  return status >= 500 ? ['UNAVAILABLE', true] : ['REJECTED', false];
}

function statusOf(error: Error): number | undefined {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** SES says which of its limits it was only in words. */
const WAITS: readonly (readonly [RegExp, number])[] = [
  [/daily message quota/i, HOUR_MS],
  [/sending rate/i, 2000],
];

function retryAfterOf(error: Error): number | undefined {
  const hint: unknown = '$retryable' in error ? error.$retryable : undefined;
  if (typeof hint === 'object' && hint !== null && 'retryAfterSeconds' in hint) {
    if (typeof hint.retryAfterSeconds === 'number') return hint.retryAfterSeconds * 1000;
  }
  return WAITS.find(([words]) => words.test(error.message))?.[1];
}
