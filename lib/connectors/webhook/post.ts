// One POST to one checked address: no redirect, no proxy, no second look-up, and a limit on time and size.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type UpstreamCode, UpstreamError } from '../../domain/errors.ts';
import type { CheckedAddress } from './guard.ts';
import { plainText } from './plain-text.ts';

/** What is sent, and within which limits. */
export interface Posting {
  readonly url: string;
  readonly to: CheckedAddress;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** PEM of the certificate authority to trust instead of the public ones. */
  readonly ca: string | undefined;
  readonly signal: AbortSignal;
  readonly maxReplyBytes: number;
}

/** What came back. */
export interface Posted {
  readonly status: number;
  readonly body: string;
  header(name: string): string | undefined;
}

/** Sends it. @throws UpstreamError TIMEOUT, UNAVAILABLE or REJECTED; the message holds nothing of what was received */
export async function post(posting: Posting): Promise<Posted> {
  // An agent of its own: the global one may be told by the environment to use a proxy, which would look names up itself.
  const secure = new URL(posting.url).protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false });
  try {
    const incoming = await send(posting, secure, agent);
    return await read(incoming, posting.maxReplyBytes);
  } catch (error) {
    throw toUpstream(error, posting.signal);
  } finally {
    agent.destroy();
  }
}

function send(
  { url, to, headers, body, ca, signal }: Posting,
  secure: boolean,
  agent: HttpsAgent | HttpAgent,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, lookup: always(to), headers, signal, maxHeaderSize: 16_384 };
    const sending = secure
      ? httpsRequest(url, { ...options, ...(ca === undefined ? {} : { ca }), minVersion: 'TLSv1.2' })
      : httpRequest(url, options);
    sending.on('response', resolve);
    sending.on('error', reject);
    sending.end(body);
  });
}

/** A look-up that knows one answer: the address that was checked. */
function always({ address, family }: CheckedAddress): LookupFunction {
  return (_hostname, { all }, callback) => {
    if (all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

async function read(incoming: IncomingMessage, maxBytes: number): Promise<Posted> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const encoding = incoming.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw rejected('the reply is compressed, which was not asked for');
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      incoming.destroy();
      throw rejected(`the reply is larger than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return {
    status: incoming.statusCode ?? 0,
    body: Buffer.concat(chunks).toString('utf8'),
    header(name) {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value.join(',') : value;
    },
  };
}

function toUpstream(error: unknown, signal: AbortSignal): UpstreamError {
  if (error instanceof UpstreamError) return error;
  if (signal.aborted) return failure('TIMEOUT', 'no reply in time; it may have been carried out', error);
  const what = error instanceof Error ? plainText(error.message) : 'unknown';
  return failure('UNAVAILABLE', `not reached (${what})`, error);
}

function rejected(what: string): UpstreamError {
  return new UpstreamError({ provider: 'webhook', code: 'REJECTED', retryable: false, message: what });
}

function failure(code: UpstreamCode, what: string, cause: unknown): UpstreamError {
  return new UpstreamError({ provider: 'webhook', code, retryable: true, message: what, cause });
}
