// The Web API over HTTP: POST (or GET) /api/<method>, answered as Slack answers.
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { Fault } from '../faults.ts';
import type { WorkspaceCore } from '../workspace-core.ts';
import type { Method, RawArguments } from './arguments.ts';
import { chatMethods } from './chat-methods.ts';
import { conversationsMethods } from './conversations-methods.ts';
import { SlackRefusal } from './slack-refusal.ts';
import { usersMethods } from './users-methods.ts';
import { viewsMethods } from './views-methods.ts';

type ApiContext = Context<{ Bindings: HttpBindings }>;

/** The Web API as a Hono app, to be mounted at `/api`. */
export function webApi(core: WorkspaceCore, latencyMs: number): Hono<{ Bindings: HttpBindings }> {
  const methods: Readonly<Record<string, Method>> = {
    ...usersMethods(core),
    ...conversationsMethods(core),
    ...chatMethods(core),
    ...viewsMethods(core),
  };
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.on(['GET', 'POST'], '/:method', async (c) => {
    if (latencyMs > 0) await new Promise((resume) => setTimeout(resume, latencyMs));
    return answer(core, methods, c, c.req.param('method'));
  });
  return app;
}

async function answer(
  core: WorkspaceCore,
  methods: Readonly<Record<string, Method>>,
  c: ApiContext,
  name: string,
): Promise<Response> {
  const fault = core.faults.take(name);
  if (fault && !(fault.kind === 'drop' && fault.when === 'after')) return answerFault(c, fault);
  const args = await readBody(c);
  if (typeof args === 'string') return refuse(c, args);
  const waitSeconds = core.pace(name, typeof args['channel'] === 'string' ? args['channel'] : undefined);
  if (waitSeconds > 0) return rateLimited(c, waitSeconds);
  const reply = run(core, Object.hasOwn(methods, name) ? methods[name] : undefined, c, args);
  if (fault) return answerFault(c, fault);
  return c.json(reply);
}

function run(core: WorkspaceCore, method: Method | undefined, c: ApiContext, args: RawArguments): object {
  const token = tokenOf(c, args);
  if (!method) return { ok: false, error: 'unknown_method', req_method: c.req.param('method') };
  if (!token) return { ok: false, error: 'not_authed' };
  if (token !== core.botToken) return { ok: false, error: 'invalid_auth' };
  try {
    return { ok: true, ...method(args) };
  } catch (refusal) {
    if (!(refusal instanceof SlackRefusal)) throw refusal;
    const { error, messages } = refusal;
    return { ok: false, error, ...(messages.length > 0 ? { response_metadata: { messages } } : {}) };
  }
}

function tokenOf(c: ApiContext, args: RawArguments): string | undefined {
  const bearer = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  return bearer ?? (typeof args['token'] === 'string' ? args['token'] : undefined);
}

/** Query, form or JSON; Slack's error code for what it does not take. */
async function readBody(
  c: ApiContext,
): Promise<RawArguments | 'invalid_post_type' | 'invalid_json' | 'json_not_object'> {
  const query = c.req.query();
  if (c.req.method === 'GET') return query;
  const type = c.req.header('content-type') ?? '';
  if (type.startsWith('application/json')) return readJson(query, await c.req.text());
  if (type === '') return query;
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)/.test(type)) return 'invalid_post_type';
  return { ...query, ...(await c.req.parseBody()) };
}

function readJson(query: RawArguments, text: string): RawArguments | 'invalid_json' | 'json_not_object' {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? { ...query, ...body } : 'json_not_object';
  } catch {
    return 'invalid_json';
  }
}

function answerFault(c: ApiContext, fault: Fault): Response | Promise<Response> {
  switch (fault.kind) {
    case 'error':
      return refuse(c, fault.error);
    case 'ratelimited':
      return rateLimited(c, fault.retryAfterSeconds);
    case 'status':
      return new Response('upstream error', { status: fault.status });
    case 'drop':
      c.env.incoming.socket.destroy();
      return new Response(null, { status: 503 });
  }
}

function rateLimited(c: ApiContext, retryAfterSeconds: number): Response {
  return c.json({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': String(retryAfterSeconds) });
}

function refuse(c: ApiContext, error: string): Response {
  return c.json({ ok: false, error });
}
