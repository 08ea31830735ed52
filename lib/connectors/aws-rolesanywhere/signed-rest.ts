// Signed requests to Roles Anywhere's REST API, one at a time, tried again a few times when that can help.
import { AwsClient } from 'aws4fetch';
import * as z from 'zod';
import { UpstreamError } from '../../domain/errors.ts';
import type { Sleep } from '../aws/call-log.ts';
import type { AwsSession } from '../aws/session.ts';
import { toUpstream } from '../aws/upstream.ts';
import { manifest } from './manifest.ts';
import { ErrorAnswer } from './schema.ts';
import type { AwsRolesAnywhereSettings } from './settings.ts';

const SERVICE = 'rolesanywhere';
const PROVIDER = manifest.id;
const FIRST_WAIT_MS = 200;

/** One request. */
export interface RestRequest {
  /** The operation, named in failures. */
  readonly action: string;
  readonly region: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
}

/** An answer, with the provider's id of the request. */
export interface RestAnswer {
  readonly body: unknown;
  readonly requestId: string;
}

/** Sends a request. @throws UpstreamError */
export type SendRest = (request: RestRequest) => Promise<RestAnswer>;

/** Makes it. `sleep` is how it waits between two attempts at one request. */
export function createSignedRest(
  session: AwsSession,
  settings: AwsRolesAnywhereSettings,
  sleep: Sleep,
): SendRest {
  return async (request) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await sendOnce(session, settings, request);
      } catch (error) {
        const failure = toUpstream(error, PROVIDER, `${request.action} in ${request.region}`);
        if (!failure.retryable || attempt >= settings.attemptsPerRequest) throw failure;
        await sleep(FIRST_WAIT_MS * 2 ** attempt);
      }
    }
  };
}

async function sendOnce(
  session: AwsSession,
  { endpoint, requestTimeoutMs }: AwsRolesAnywhereSettings,
  { action, method, path, query = {}, region }: RestRequest,
): Promise<RestAnswer> {
  const { accessKeyId, secretAccessKey, sessionToken } = await session.credentials();
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    service: SERVICE,
    region,
    retries: 0,
  });
  const url = new URL(path, endpoint ?? endpointOf(region));
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const signed = await client.sign(url.href, { method });
  // A signed request goes where it was signed for, and nowhere else.
  const response = await fetch(signed, {
    redirect: 'error',
    signal: AbortSignal.timeout(requestTimeoutMs),
  });
  const body = jsonOrNothing(await response.text());
  if (!response.ok) throw failureOf(response, body, `${action} in ${region}`);
  const requestId = response.headers.get('x-amzn-requestid') ?? 'without id';
  return { body, requestId: `aws-request ${requestId}` };
}

function endpointOf(region: string): string {
  return `https://${SERVICE}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** What is no JSON is nothing that was understood; the answer's schema says so. */
function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const RetryAfter = z.coerce.number().int().min(0).max(300);

/** The failure by its name, which stands in a header or in the body, with or without a prefix and a link. */
function failureOf(response: Response, body: unknown, what: string): UpstreamError {
  const said = ErrorAnswer.safeParse(body).data ?? {};
  const full = response.headers.get('x-amzn-errortype') ?? said.__type ?? said.code ?? '';
  const name = (full.split(':')[0] ?? '').split('#').at(-1) ?? '';
  const message = said.message ?? `HTTP ${response.status}`;
  const named = Object.assign(new Error(message), {
    name: name === '' ? `HTTP ${response.status}` : name,
    $metadata: { httpStatusCode: response.status },
  });
  const failure = toUpstream(named, PROVIDER, what);
  const wait = RetryAfter.safeParse(response.headers.get('retry-after') ?? undefined);
  if (!wait.success) return failure;
  const { code, message: sentence, provider, retryable } = failure;
  const retryAfterMs = wait.data * 1000;
  return new UpstreamError({ code, message: sentence, provider, retryable, retryAfterMs, cause: named });
}
