// A customer's automation: a real HTTP(S) server that checks every signature by itself and keeps real state. It can be
// slow, forgetful, forging or in the wrong place, one request at a time.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

/** The secret both sides know. */
export const SECRET = 'a shared secret of more than thirty-two characters';

const Asked = z.object({
  requestId: z.string(),
  nonce: z.string(),
  act: z.enum(['list', 'locate', 'verify', 'disable', 'restore', 'remove']),
  system: z.string(),
  target: z.looseObject({ nativeId: z.string(), credentialId: z.string().optional() }).optional(),
  reviewedDigest: z.string().optional(),
  revision: z.string().optional(),
  deadlineAt: z.string().optional(),
  restoreTo: z.object({ enabled: z.boolean(), state: z.string() }).optional(),
  page: z.string().optional(),
  callbackUrl: z.string().optional(),
});
export type Asked = z.infer<typeof Asked>;

/** A robot account of the customer's system. */
export interface Account {
  enabled: boolean;
  /** What being switched off takes away and restoring puts back. */
  grants: string[];
  /** Its keys, by name, and whether each is on: each can be switched alone. */
  keys: Record<string, boolean>;
  changes: number;
  lastUsedAt: string | undefined;
  owner: string;
}

/** How one request is answered; `undefined` leaves it to the automation. */
export type Behaviour = (
  asked: Asked,
  answer: {
    /** The automation's own answer; asking for it carries the act out. */
    readonly honest: () => Record<string, unknown>;
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    /** Signs a body as the answer to this request. */
    readonly sign: (body: string, secret?: string) => string;
  },
) => Record<string, unknown> | 'handled' | undefined;

/** Starts it. */
export async function startAutomation(tls?: { readonly key: string; readonly cert: string }) {
  const accounts = new Map<string, Account>();
  const asked: Asked[] = [];
  const jobs = new Map<string, { readonly acceptedAt: string; finish: () => void; done: boolean }>();
  const mutations: string[] = [];
  let behave: Behaviour = () => undefined;
  let isSlow = false;
  let skewMs = 0;
  let now = (): number => Date.now();
  const kept = (held: Partial<Account>) => {
    const text = JSON.stringify(held);
    const mark = createHmac('sha256', 'the automation’s own key').update(text).digest('hex');
    return `${mark}.${Buffer.from(text).toString('base64')}`;
  };
  const carryOut = (request: Asked): void => {
    const name = request.target?.nativeId ?? '';
    const account = accounts.get(name);
    if (!account) return;
    mutations.push(`${request.act} ${name}`);
    account.changes += 1;
    if (request.act === 'remove') accounts.delete(name);
    const key = request.target?.credentialId;
    if (request.act === 'disable') {
      if (key === undefined) Object.assign(account, { enabled: false, grants: [] });
      else account.keys[key] = false;
    }
    if (request.act === 'restore') {
      const [, text = ''] = (request.restoreTo?.state ?? '').split('.');
      const { keys = {}, ...whole } = JSON.parse(
        Buffer.from(text, 'base64').toString('utf8'),
      ) as Partial<Account>;
      Object.assign(account, whole);
      Object.assign(account.keys, keys);
    }
  };
  const seen = ({ nativeId = '', credentialId: key }: Partial<Asked['target']> = {}) => {
    const account = accounts.get(nativeId);
    if (!account) return { status: 'done', found: 'vanished', reason: 'no such account' };
    const { enabled, grants, keys, changes, lastUsedAt } = account;
    const isOn = key === undefined ? enabled : (keys[key] ?? false);
    const target = {
      enabled: isOn,
      state: kept(key === undefined ? { enabled, grants } : { keys: { [key]: isOn } }),
      revision: `${nativeId}-${changes}`,
      lastUsedAt,
    };
    return { status: 'done', found: 'one', target };
  };
  const listed = (page: string | undefined): Record<string, unknown> => {
    const names = [...accounts.keys()];
    const from = Number(page ?? 0);
    const identities = names.slice(from, from + 2).map((id) => ({
      id,
      kind: 'api-key',
      name: `Robot ${id}`,
      owner: accounts.get(id)?.owner,
      credentials: Object.keys(accounts.get(id)?.keys ?? {}).map((key) => ({ id: key, type: 'token' })),
    }));
    return {
      status: 'done',
      identities,
      total: names.length,
      ...(from + 2 < names.length ? { next: String(from + 2) } : {}),
    };
  };
  const honest = (request: Asked): Record<string, unknown> => {
    if (request.act === 'list') return listed(request.page);
    if (request.act === 'locate' || request.act === 'verify') return seen(request.target);
    const known = jobs.get(request.requestId);
    const job = known ?? {
      acceptedAt: new Date(now() + skewMs).toISOString(),
      done: false,
      finish: () => {
        carryOut(request);
        job.done = true;
      },
    };
    jobs.set(request.requestId, job);
    if (!known && !isSlow) job.finish();
    if (!job.done) return { status: 'accepted', acceptedAt: job.acceptedAt };
    return {
      status: 'done',
      evidence: [`ticket ${createHash('md5').update(request.requestId).digest('hex')}`],
    };
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const header = String(request.headers['countersign-signature']);
    const [, t = '', v1 = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
    const expected = createHmac('sha256', SECRET).update(`${t}.${text}`).digest('hex');
    if (v1 !== expected || Math.abs(now() / 1000 - Number(t)) > 300) {
      response.writeHead(401).end();
      return;
    }
    const parsed = Asked.parse(JSON.parse(text));
    asked.push(parsed);
    const sign = (body: string, secret = SECRET): string => {
      const at = Math.floor(now() / 1000);
      return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${v1}.${body}`).digest('hex')}`;
    };
    const answer =
      behave(parsed, { honest: () => honest(parsed), request, response, sign }) ?? honest(parsed);
    if (answer === 'handled') return;
    const body = JSON.stringify({ schemaVersion: 1, requestId: parsed.requestId, ...answer });
    response.writeHead(200, { 'content-type': 'application/json', 'countersign-signature': sign(body) });
    response.end(body);
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  };
  const server = tls ? createSecureServer(tls, onRequest) : createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/countersign?of=${randomUUID()}`,
    accounts,
    asked,
    /** What was really changed, in order. */
    mutations,
    add(name: string, account: Partial<Account> = {}): void {
      const changes = (accounts.get(name)?.changes ?? -1) + 1;
      const on: Account = {
        enabled: true,
        grants: ['read'],
        keys: {},
        changes,
        lastUsedAt: undefined,
        owner: 'ada@example.com',
      };
      accounts.set(name, { ...on, ...account });
    },
    behave(behaviour: Behaviour): void {
      behave = behaviour;
    },
    /** From now on work is accepted and done only when told so; accepted that long ago. */
    slow({ acceptedAgoMs = 0 }: { readonly acceptedAgoMs?: number } = {}): void {
      isSlow = true;
      skewMs = -acceptedAgoMs;
    },
    /** Gives the automation another clock, in milliseconds. */
    goBy(clock: () => number): void {
      now = clock;
    },
    finishAll(): void {
      for (const job of jobs.values()) if (!job.done) job.finish();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
export type Automation = Awaited<ReturnType<typeof startAutomation>>;
