// From an HTTP request to a body Bolt can be trusted with: bytes, signature, shape, in this order.
import { createHash } from 'node:crypto';
import { checkSignature, type SignatureProblem } from './verify.ts';

/** The part of a Lambda HTTP event (API Gateway v2, function URL) that is read. */
export interface HttpEvent {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | null | undefined;
  readonly isBase64Encoded?: boolean | undefined;
  readonly rawPath?: string | undefined;
}

/** The answer to an HTTP event. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Larger bodies are refused unread; Slack's own stay far below. */
const MAX_BODY_BYTES = 1_000_000;

/** A signed request with its body in text and in parts. */
export interface SignedRequest {
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded';
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Lowercase hex SHA-256 of the raw body: the evidence of who asked. */
  readonly evidenceDigest: string;
}

/** What a request turned out to be. */
export type Opened =
  | { readonly kind: 'signed'; readonly request: SignedRequest }
  | { readonly kind: 'ssl-check' }
  | {
      readonly kind: 'refused';
      readonly statusCode: 400 | 401 | 413;
      readonly why: SignatureProblem | 'too-large' | 'body';
    };

/** Opens a request. Nothing of the body is believed, and only the certificate check is answered, before the signature holds. */
export function openRequest(event: HttpEvent, signingSecret: string, nowMs: number): Opened {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) return { kind: 'refused', statusCode: 413, why: 'too-large' };
  const timestamp = headerOf(event, 'x-slack-request-timestamp');
  const signature = headerOf(event, 'x-slack-signature');
  const problem = checkSignature(signingSecret, { body: bytes, timestamp, signature }, nowMs);
  if (problem && isSslCheck(bytes)) return { kind: 'ssl-check' };
  if (problem) return { kind: 'refused', statusCode: 401, why: problem };
  const request = readBody(bytes, headerOf(event, 'content-type'));
  return request ? { kind: 'signed', request } : { kind: 'refused', statusCode: 400, why: 'body' };
}

/** Slack's certificate check arrives unsigned, carries nothing and is answered with nothing. */
function isSslCheck(bytes: Buffer): boolean {
  if (bytes.length > 500) return false;
  const form = new URLSearchParams(bytes.toString('utf8'));
  return form.get('ssl_check') === '1' && !form.has('payload') && !form.has('command');
}

function readBody(bytes: Buffer, contentType: string | undefined): SignedRequest | undefined {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json' && mediaType !== 'application/x-www-form-urlencoded') return undefined;
  const text = decodeUtf8(bytes);
  if (text === undefined) return undefined;
  const body = mediaType === 'application/json' ? parseObject(text) : readForm(text);
  if (!body) return undefined;
  const evidenceDigest = createHash('sha256').update(bytes).digest('hex');
  return { contentType: mediaType, text, body, evidenceDigest };
}

/** A form is either one field `payload` with JSON, or the fields of a command. */
function readForm(text: string): Record<string, unknown> | undefined {
  const form = new URLSearchParams(text);
  const payload = form.get('payload');
  if (payload === null) return Object.fromEntries(form);
  // A second one, or `ssl_check` beside it, is no form of Slack's: readers might disagree about it.
  if (form.getAll('payload').length > 1 || form.has('ssl_check')) return undefined;
  return parseObject(payload);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) return undefined;
    throw cause;
  }
}

function headerOf(event: HttpEvent, name: string): string | undefined {
  const found = Object.keys(event.headers).find((key) => key.toLowerCase() === name);
  return found === undefined ? undefined : event.headers[found];
}
