// A proxy in front of an HTTP service: counts calls, fails one, loses the answer of one, refuses all for a while.
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as plainRequest,
  type ServerResponse,
} from 'node:http';
import { request as secureRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { SceneFaults } from '../contracts/connector-scene.ts';

/** What the proxy answers by itself. */
export interface PlayedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A running proxy. Signed requests stay valid: the `host` header is passed on as it came. */
export interface FaultProxy extends Required<SceneFaults> {
  readonly endpoint: string;
  /** Passes calls on to another origin from now on. */
  pointAt(origin: string): void;
  close(): Promise<void>;
}

type Plan = { readonly kind: 'fail' | 'lose'; left: number } | undefined;

/** Starts it in front of `target` (an origin). `failed` and `throttled` are how that service says so. */
export async function startFaultProxy(
  target: string,
  answers: { readonly failed: PlayedAnswer; readonly throttled: PlayedAnswer },
  throttledCalls = 10,
): Promise<FaultProxy> {
  let calls = 0;
  let plan: Plan;
  let throttled = false;
  let origin = target;
  const isNow = (kind: 'fail' | 'lose'): boolean => plan?.kind === kind && plan.left === 0;
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    calls += 1;
    if (plan) plan.left -= 1;
    const played = throttled ? answers.throttled : isNow('fail') ? answers.failed : undefined;
    if (played) {
      response.writeHead(played.status, { 'content-type': played.contentType }).end(played.body);
      return;
    }
    const loses = isNow('lose');
    const { method = 'GET', url = '/', headers } = incoming;
    try {
      const passed = await passOn(new URL(url, origin), { method, headers, body });
      if (loses) incoming.socket.destroy();
      else response.writeHead(passed.status, passed.headers).end(passed.body);
    } catch {
      incoming.socket.destroy();
    }
  };
  const server = createServer((incoming, response) => void answer(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the proxy has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    throttledCalls,
    calls: () => calls,
    failCall: (n) => void (plan = { kind: 'fail', left: n }),
    timeoutAfterEffect: (n) => void (plan = { kind: 'lose', left: n }),
    throttle: () => void (throttled = true),
    heal() {
      plan = undefined;
      throttled = false;
    },
    pointAt: (next) => void (origin = next),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

function passOn(
  url: URL,
  { method, headers, body }: { method: string; headers: IncomingHttpHeaders; body: Buffer },
): Promise<Answer> {
  const send = url.protocol === 'https:' ? secureRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const outgoing = send(url, { method, headers: { ...headers, connection: 'close' } });
    outgoing.on('response', (incoming) => void whole(incoming).then(resolve, reject));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function whole(incoming: IncomingMessage): Promise<Answer> {
  const body = await buffer(incoming);
  const { 'transfer-encoding': _chunked, connection: _kept, ...kept } = incoming.headers;
  const headers = { ...kept, 'content-length': String(body.length) };
  return { status: incoming.statusCode ?? 502, headers, body };
}

/** How services of AWS's query protocol (IAM, STS) fail and throttle. */
export const QUERY_ANSWERS = {
  failed: queryError(500, 'ServiceFailure', 'The request processing has failed because of an unknown error.'),
  throttled: queryError(400, 'Throttling', 'Rate exceeded'),
} as const;

/** How services of AWS's JSON protocol (Secrets Manager, ACM) fail and throttle. */
export const JSON_ANSWERS = {
  failed: jsonError(500, 'InternalServiceError', 'An error occurred on the server side.'),
  throttled: jsonError(400, 'ThrottlingException', 'Rate exceeded'),
} as const;

function queryError(status: number, code: string, message: string): PlayedAnswer {
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>played</RequestId></ErrorResponse>`;
  return { status, contentType: 'text/xml', body };
}

function jsonError(status: number, type: string, message: string): PlayedAnswer {
  const body = JSON.stringify({ __type: type, message });
  return { status, contentType: 'application/x-amz-json-1.1', body };
}
