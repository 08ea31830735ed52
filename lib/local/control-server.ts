// How the command reaches a running embedded stack: HTTP on this machine only, with a token that only its owner can read.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorLine } from '../runtime/control/error-line.ts';
import { jsonOrNothing } from '../runtime/control/json-or-nothing.ts';
import { ANSWER_TYPE, type ControlLine } from '../runtime/control/protocol.ts';
import { type LocalCall, localCall } from './control/call.ts';
import { localHandlers } from './control/handlers.ts';
import { type LocalCommand, type LocalPointer, LocalRequest, POINTER_FILE } from './control/protocol.ts';
import type { LocalSession } from './session.ts';
import { startLocalWeb } from './web-server.ts';

/** The control endpoint while it runs. */
export interface ControlServer {
  readonly url: string;
  /** Aborted once a `down` command was answered. */
  readonly downAsked: AbortSignal;
  /** Stops listening and removes the pointer. */
  close(): Promise<void>;
}

/** Larger requests are refused: the largest real one is a definition. */
const MAX_BODY_BYTES = 1_048_576;

/** Starts the endpoint and writes `local.json` into the session's data folder, for its owner's eyes only. */
export async function startControlServer(session: LocalSession): Promise<ControlServer> {
  const token = randomBytes(32).toString('base64url');
  const down = new AbortController();
  const web = await startLocalWeb({ port: 0 });
  web.serve((request) => answer(request, { session, token, stop: () => down.abort() }));
  const url = `${web.url}/control`;
  const pointer = join(session.stack.dataDir, POINTER_FILE);
  const content: LocalPointer = { schemaVersion: 1, url, token, pid: process.pid };
  // Made anew, so that nobody's looser permissions or link survive.
  await rm(pointer, { force: true });
  await writeFile(pointer, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' });
  return {
    url,
    downAsked: down.signal,
    async close() {
      await rm(pointer, { force: true });
      await web.close();
    },
  };
}

interface Parts {
  readonly session: LocalSession;
  readonly token: string;
  readonly stop: () => void;
}

async function answer(request: Request, parts: Parts): Promise<Response> {
  if (new URL(request.url).pathname !== '/control') return plain(404, 'not found');
  if (request.method !== 'POST') return plain(405, 'only POST');
  if (!isToken(request.headers.get('authorization'), parts.token)) return plain(401, 'wrong token');
  const body = await request.text();
  if (body.length > MAX_BODY_BYTES) return plain(413, 'too large');
  const parsed = LocalRequest.safeParse(jsonOrNothing(body));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const message = `${issue?.path.slice(1).join('.') ?? ''}: ${issue?.message ?? 'not understood'}`;
    return lines(async (write) =>
      write({ error: { family: 'invalid', code: 'MALFORMED_REQUEST', message } }),
    );
  }
  const { requestId, command } = parsed.data;
  return lines(async (write) => {
    const told = {
      progress: (fraction: number, label: string) => write({ progress: { fraction, label } }),
      stop: parts.stop,
    };
    const call = localCall(parts.session, { requestId, body }, told);
    try {
      // A move of the clock takes its turn as well, so nothing is decided in the middle of one.
      const result = await parts.session.inTurn(() => dispatch(command, call));
      write({ result: result ?? null });
    } catch (error) {
      write({ error: errorLine(error) });
    }
  });
}

function dispatch(command: LocalCommand, call: LocalCall): Promise<unknown> {
  const handler = localHandlers[command.do] as (command: LocalCommand, call: LocalCall) => Promise<unknown>;
  return handler(command, call);
}

/** Compares digests, so that neither length nor content shows in the time it takes. */
function isToken(header: string | null, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}

function lines(work: (write: (line: ControlLine) => void) => Promise<void>): Response {
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      let open = true;
      await work((line) => {
        if (!open) return;
        try {
          controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
        } catch {
          // The command was interrupted and no longer listens; what it asked for is finished all the same.
          open = false;
        }
      });
      if (open) controller.close();
    },
  });
  return new Response(stream, { headers: { 'content-type': ANSWER_TYPE } });
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, { status });
}
