// Signatures of requests, replies and callbacks: HMAC-SHA-256 over a time and the exact bytes, in one header.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Header that carries the signature: `t=<unix seconds>,v1=<64 hex digits>`. */
export const SIGNATURE_HEADER = 'countersign-signature';

/** How far the two clocks may be apart, in seconds, and so how long a signature can be replayed. */
export const SKEW_SECONDS = 300;

/** A signature header taken apart. */
export interface Signature {
  /** Unix time in seconds. */
  readonly t: number;
  /** 64 lowercase hex digits. */
  readonly v1: string;
}

/**
 * Signs a body. A reply is signed together with `answers`, the `v1` of the request it answers, so that it can be taken
 * for the answer to no other request.
 */
export function sign(secret: string, t: number, body: string, answers?: string): Signature {
  const signed = answers === undefined ? `${t}.${body}` : `${t}.${answers}.${body}`;
  return { t, v1: createHmac('sha256', secret).update(signed).digest('hex') };
}

/** The header's value. */
export function headerOf({ t, v1 }: Signature): string {
  return `t=${t},v1=${v1}`;
}

/** What is wrong with a signature header; undefined when it is right. `now` is unix time in seconds. */
export function signatureFault(input: {
  readonly secret: string;
  readonly header: string | undefined;
  readonly body: string;
  readonly now: number;
  readonly answers?: string;
}): string | undefined {
  const { secret, header, body, now, answers } = input;
  const [, t, v1] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? [];
  if (t === undefined || v1 === undefined) return 'is not signed';
  const expected = sign(secret, Number(t), body, answers).v1;
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(v1))) return 'is not signed with the shared secret';
  return Math.abs(now - Number(t)) > SKEW_SECONDS ? `was signed more than ${SKEW_SECONDS} s away` : undefined;
}
