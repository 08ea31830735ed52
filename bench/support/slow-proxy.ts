// A proxy in front of a service of AWS's query protocol: makes every call take longer, and writes down each one.
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

/** One call that went through. */
export interface ProxiedCall {
  readonly action: string;
  /** Milliseconds since the process began (`performance.now()`). */
  readonly beganMs: number;
  readonly endedMs: number;
  readonly status: number;
  readonly params: URLSearchParams;
}

/** The proxy while it runs. */
export interface SlowProxy {
  readonly endpoint: string;
  /** Takes out the calls since the last time this was asked. */
  take(): readonly ProxiedCall[];
  close(): Promise<void>;
}

/** Starts it in front of `target` (an origin). Signatures stay valid: the `host` header is passed on as it came. */
export async function startSlowProxy(target: string, delayMs: number): Promise<SlowProxy> {
  let calls: ProxiedCall[] = [];
  const agent = new Agent({ keepAlive: true });
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const beganMs = performance.now();
    const body = await buffer(incoming);
    await wait(delayMs);
    const { status, headers, content } = await passOn(target, agent, incoming, body);
    const params = new URLSearchParams(body.toString('utf8'));
    calls.push({
      action: params.get('Action') ?? '',
      beganMs,
      endedMs: performance.now(),
      status,
      params,
    });
    response.writeHead(status, headers).end(content);
  };
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the proxy has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function passOn(
  target: string,
  agent: Agent,
  { method = 'POST', url = '/', headers }: IncomingMessage,
  body: Buffer,
) {
  const outgoing = request(new URL(url, target), { agent, method, headers });
  outgoing.end(body);
  const [answered] = (await once(outgoing, 'response')) as [IncomingMessage];
  const content = await buffer(answered);
  const type = answered.headers['content-type'] ?? 'text/xml';
  return {
    status: answered.statusCode ?? 502,
    headers: { 'content-type': type, 'content-length': String(content.length) },
    content,
  };
}
