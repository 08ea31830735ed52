// Stands for DNS and a public certificate: plain requests to a port of this machine reach the deployed HTTP API as if they
// had been sent to its own name.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePort } from './free-port.ts';
import { sendPlain } from './send-plain.ts';

/** The way in while it is open. */
export interface FrontDoor {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

/** What is behind the door. */
export interface BehindDoor {
  /** Where the emulator listens. */
  readonly endpoint: string;
  readonly ca: string;
  /** The API's own address. */
  readonly apiUrl: string;
}

const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host']);

/** Opens it on a free port. */
export async function openFrontDoor(behind: BehindDoor): Promise<FrontDoor> {
  const server = createServer((request, response) => void pass(behind, request, response));
  const port = await freePort();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function pass(
  { endpoint, ca, apiUrl }: BehindDoor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = await sendPlain({
      url: `${endpoint}${request.url ?? '/'}`,
      ca,
      method: request.method ?? 'GET',
      headers: { ...endToEnd(request.headers), host: new URL(apiUrl).host },
      body: Buffer.concat(chunks),
    });
    response.writeHead(answer.status, endToEnd(answer.headers)).end(answer.text);
  } catch (failure) {
    response.writeHead(502).end(failure instanceof Error ? failure.message : String(failure));
  }
}

function endToEnd(headers: Readonly<Record<string, string | string[] | undefined>>) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}
