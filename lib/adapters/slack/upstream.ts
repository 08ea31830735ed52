// How Slack fails, sorted by who must act.
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import { UpstreamError } from '../../domain/errors.ts';

/** Errors that say this person cannot be reached, whatever we retry; with the reason kept on the notice. */
const UNDELIVERABLE: Readonly<Record<string, string>> = {
  users_not_found: 'no such Slack user',
  user_not_found: 'no such Slack user',
  user_disabled: 'the Slack account is deactivated',
  // Slack also says this when the app's own account is gone: then every notice takes the other channel, with this reason.
  account_inactive: 'Slack says the account is inactive (the person’s, or the app’s own)',
  channel_not_found: 'no direct message with this person is possible',
  is_archived: 'the conversation is archived',
  cannot_dm_bot: 'the Slack account is a bot',
  user_not_visible: 'this person is not visible to the app',
  messages_tab_disabled: 'the app may not write to people',
};

/** Errors Slack asks to retry. https://docs.slack.dev/reference/methods/chat.postMessage */
const PASSING = new Set([
  'ratelimited',
  'rate_limited',
  'message_limit_exceeded',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'accesslimited',
]);

const DENIED = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'not_allowed_token_type',
  'no_permission',
  'org_login_required',
  'access_denied',
]);

/**
 * A Web API client that never waits for minutes: rate limits surface at once, a call is tried twice. What posts is called
 * once: when the answer was lost the message may be there, and only the notice ledger knows how to send it again.
 */
export function createSlackClient(
  token: string,
  options: Pick<WebClientOptions, 'slackApiUrl' | 'logger' | 'fetch'> & { readonly timeoutMs?: number } = {},
): WebClient {
  const { timeoutMs = 8000, ...rest } = options;
  const clientOf = (retries: number) =>
    new WebClient(token, {
      ...rest,
      timeout: timeoutMs,
      rejectRateLimitedCalls: true,
      retryConfig: { retries, minTimeout: 200, maxTimeout: 500, factor: 2 },
    });
  const client = clientOf(1);
  const { postMessage, postEphemeral } = clientOf(0).chat;
  Object.assign(client.chat, { postMessage, postEphemeral });
  return client;
}

/** Slack's error code, when Slack answered at all. */
export function platformErrorOf(cause: unknown): string | undefined {
  return cause instanceof WebAPIPlatformError ? cause.data.error : undefined;
}

/** Why nothing sent to this person can arrive; undefined for any other failure. */
export function undeliverableReason(cause: unknown): string | undefined {
  const error = platformErrorOf(cause);
  return error !== undefined && Object.hasOwn(UNDELIVERABLE, error) ? UNDELIVERABLE[error] : undefined;
}

/** Any failure of a call as UpstreamError; what is not one of Slack's is returned as it is, being a bug. */
export function upstreamFrom(method: string, cause: unknown): unknown {
  const known = { provider: 'slack', cause };
  if (cause instanceof WebAPIRateLimitedError) {
    const message = `${method}: Slack asks to wait ${cause.retryAfter} s`;
    const retryAfterMs = cause.retryAfter * 1000;
    return new UpstreamError({ ...known, code: 'THROTTLED', message, retryable: true, retryAfterMs });
  }
  if (cause instanceof WebAPIPlatformError) return fromPlatform(method, cause);
  if (cause instanceof WebAPIHTTPError) {
    const retryable = cause.statusCode >= 500 || cause.statusCode === 408 || cause.statusCode === 429;
    const message = `${method}: Slack answered ${cause.statusCode}`;
    return new UpstreamError({ ...known, code: retryable ? 'UNAVAILABLE' : 'REJECTED', message, retryable });
  }
  if (cause instanceof WebAPIRequestError) {
    const timedOut = /timeout|timed out|abort/i.test(`${cause.original.name} ${cause.original.message}`);
    const message = `${method}: Slack could not be reached`;
    return new UpstreamError({
      ...known,
      code: timedOut ? 'TIMEOUT' : 'UNAVAILABLE',
      message,
      retryable: true,
    });
  }
  return cause;
}

function fromPlatform(method: string, cause: WebAPIPlatformError): UpstreamError {
  // An answer that is no answer of Slack's (a proxy's, say) has neither `ok` nor a reason.
  const error = platformErrorOf(cause) ?? 'no_reason';
  const { response_metadata: metadata } = cause.data;
  const details = metadata?.messages?.length ? ` (${metadata.messages.join('; ').slice(0, 500)})` : '';
  const known = { provider: 'slack', cause, message: `${method}: Slack refused with ${error}${details}` };
  if (PASSING.has(error)) {
    const code = error.includes('limit') ? 'THROTTLED' : 'UNAVAILABLE';
    return new UpstreamError({ ...known, code, retryable: true });
  }
  if (DENIED.has(error)) return new UpstreamError({ ...known, code: 'DENIED', retryable: false });
  const missing = error.endsWith('_not_found') || Object.hasOwn(UNDELIVERABLE, error);
  return new UpstreamError({ ...known, code: missing ? 'NOT_FOUND' : 'REJECTED', retryable: false });
}
