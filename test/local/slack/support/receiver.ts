// An app's receiving end: checks every signature on the raw body, notes what came, and answers as told.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request the receiver took, its signature checked. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The JSON body, or the form's `payload`, or the form itself. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into payloads freely
  readonly payload: any;
}

/** What to answer; nothing means 200 with an empty body. */
export type Answering = (received: Received) => Promise<Reply | undefined> | Reply | undefined;
type Reply = { readonly status?: number; readonly json?: unknown; readonly text?: string };

/** A running receiver. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  readonly badSignatures: number;
  answer: Answering;
  close(): Promise<void>;
}

/** Starts a receiver that trusts this signing secret only, with the 300 s skew Slack recommends. */
export async function startReceiver(signingSecret: string): Promise<Receiver> {
  const state = { received: [] as Received[], badSignatures: 0, answer: (() => undefined) as Answering };
  const take = async (headers: IncomingHttpHeaders, path: string, body: string, response: ServerResponse) => {
    if (!isGenuine(signingSecret, headers, body)) {
      state.badSignatures += 1;
      response.writeHead(401).end();
      return;
    }
    const received = { path, headers, body, payload: readPayload(headers, body) };
    state.received.push(received);
    const reply = await state.answer(received);
    const isJson = reply?.json !== undefined;
    response.writeHead(reply?.status ?? 200, isJson ? { 'content-type': 'application/json' } : {});
    response.end(isJson ? JSON.stringify(reply.json) : (reply?.text ?? ''));
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => take(request.headers, request.url ?? '', body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function isGenuine(secret: string, headers: IncomingHttpHeaders, body: string): boolean {
  const timestamp = String(headers['x-slack-request-timestamp']);
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const expected = Buffer.from(
    `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`,
  );
  const given = Buffer.from(String(headers['x-slack-signature']));
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function readPayload(headers: IncomingHttpHeaders, body: string): unknown {
  if (headers['content-type']?.startsWith('application/json')) return JSON.parse(body);
  const form = new URLSearchParams(body);
  const payload = form.get('payload');
  return payload === null ? Object.fromEntries(form) : JSON.parse(payload);
}
