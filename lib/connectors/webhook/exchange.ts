// One signed request and its signed reply. Whatever is not signed with the shared secret is no answer.
import { randomBytes } from 'node:crypto';
import type * as z from 'zod';
import { type UpstreamCode, UpstreamError } from '../../domain/errors.ts';
import { instantOf, MINUTE_MS } from '../../domain/time.ts';
import { checkedAddress, type Resolve } from './guard.ts';
import { plainText } from './plain-text.ts';
import { type Posted, post } from './post.ts';
import { type Act, MAX_BODY_BYTES, ReplyEnvelope, type WebhookRequest } from './schema.ts';
import type { WebhookSettings } from './settings.ts';
import { headerOf, SIGNATURE_HEADER, sign, signatureFault } from './signature.ts';

/** The world around an exchange; a test puts its own in. */
export interface Surroundings {
  /** Milliseconds since 1970 by the wall clock: signatures and deadlines are between machines. */
  readonly wallClock: () => number;
  readonly resolve: Resolve;
  /** The shared secret as it is now. @throws InvalidInputError BAD_SETTING */
  readonly secret: () => Promise<string>;
}

/** What one act asks, beside what every request holds. */
export type Question = Omit<WebhookRequest, 'schemaVersion' | 'nonce' | 'sentAt' | 'system'>;

/** Asks the automation. */
export interface Exchange {
  /**
   * @throws UpstreamError when there is no reply, or none that can be trusted; RefusedError NOT_SUPPORTED when the
   * address is refused; InvalidInputError BAD_SETTING when the secret is missing or too short
   */
  ask<Reply extends z.ZodType>(
    question: Question,
    reply: Reply,
  ): Promise<{ readonly reply: z.infer<Reply>; readonly text: string }>;
}

/** Longest wait a reply may ask for, in ms. */
const LONGEST_WAIT_MS = 60 * MINUTE_MS;

/** Makes it. Nothing is read or sent before something is asked. */
export function createExchange(settings: WebhookSettings, around: Surroundings): Exchange {
  const allowed = { networks: settings.allowNetworks, local: settings.local };
  return {
    async ask(question, schema) {
      const signal = AbortSignal.timeout(settings.timeoutSeconds * 1_000);
      const secret = await around.secret();
      const to = await within(signal, checkedAddress(settings.url, allowed, around.resolve), question.act);
      const now = around.wallClock();
      const body = JSON.stringify({
        schemaVersion: 1,
        nonce: randomBytes(16).toString('hex'),
        sentAt: instantOf(now),
        system: settings.system,
        ...question,
      } satisfies WebhookRequest);
      const signature = sign(secret, Math.floor(now / 1_000), body);
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'countersign-webhook/1',
        [SIGNATURE_HEADER]: headerOf(signature),
        'content-length': String(Buffer.byteLength(body)),
      };
      const posted = await named(question.act, () =>
        post({
          url: settings.url,
          to,
          headers,
          body,
          ca: settings.ca,
          signal,
          maxReplyBytes: MAX_BODY_BYTES,
        }),
      );
      const seconds = Math.floor(around.wallClock() / 1_000);
      const trusted = { secret, answers: signature.v1, now: seconds };
      return { reply: readReply(question, posted, trusted, schema), text: posted.body };
    },
  };
}

/** A name server that hangs must not outlast the request's time. */
async function within<T>(signal: AbortSignal, work: Promise<T>, act: Act): Promise<T> {
  const stop = new Promise<never>((_resolve, reject) => {
    const late = () => reject(upstream('TIMEOUT', true, act, 'its host name was not looked up in time'));
    signal.addEventListener('abort', late, { once: true });
  });
  return Promise.race([work, stop]);
}

async function named<T>(act: Act, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    throw upstream(error.code, error.retryable, act, error.message, { cause: error.cause });
  }
}

function readReply<Reply extends z.ZodType>(
  { act, requestId }: Question,
  posted: Posted,
  trusted: { readonly secret: string; readonly answers: string; readonly now: number },
  schema: Reply,
): z.infer<Reply> {
  const header = posted.header(SIGNATURE_HEADER);
  const fault = signatureFault({ ...trusted, header, body: posted.body });
  if (posted.status < 200 || posted.status >= 300) throw ofStatus(act, posted);
  if (fault !== undefined) throw upstream('REJECTED', false, act, `the reply ${fault}`);
  const value = parseJson(act, posted.body);
  const envelope = readWith(ReplyEnvelope, value, act);
  if (envelope.requestId !== requestId)
    throw upstream('REJECTED', false, act, 'the reply is to another request');
  return readWith(schema, value, act);
}

function parseJson(act: Act, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw upstream('REJECTED', false, act, 'the reply is not JSON');
  }
}

function readWith<T extends z.ZodType>(schema: T, value: unknown, act: Act): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = plainText(issue?.path.join('.') ?? '') || 'its top';
  throw upstream('REJECTED', false, act, `the reply is not as agreed at ${where}: ${issue?.message ?? ''}`);
}

/** A status says what to do next; nothing else of such an answer is read, signed or not. */
function ofStatus(act: Act, { status, header }: Posted): UpstreamError {
  const what = `status ${status}`;
  if (status === 429 || status === 503) {
    const seconds = Number(header('retry-after') ?? Number.NaN);
    const retryAfterMs = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs: Math.min(retryAfterMs, LONGEST_WAIT_MS) };
    return upstream('THROTTLED', true, act, what, wait);
  }
  if (status >= 500) return upstream('UNAVAILABLE', true, act, what);
  if (status === 401 || status === 403) return upstream('DENIED', false, act, what);
  if (status >= 300 && status < 400)
    return upstream('REJECTED', false, act, `${what}: redirects are not followed`);
  return upstream('REJECTED', false, act, what);
}

function upstream(
  code: UpstreamCode,
  retryable: boolean,
  act: Act,
  what: string,
  more: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
): UpstreamError {
  return new UpstreamError({ provider: 'webhook', code, retryable, message: `${act}: ${what}`, ...more });
}
