// Slack's request signature, checked on the raw bytes before anything is parsed.
// https://docs.slack.dev/authentication/verifying-requests-from-slack
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Requests older (or newer) than this are refused: a captured one cannot be played again later. */
export const MAX_SKEW_SECONDS = 300;

/** Why a request was not believed; undefined when it was. */
export type SignatureProblem = 'missing' | 'malformed' | 'stale' | 'mismatch';

/**
 * Checks `X-Slack-Signature` (`v0=` and the hex HMAC-SHA256 over `v0:{timestamp}:{raw body}`) in constant time.
 * @param nowMs the wall clock, in ms; never the virtual one
 */
export function checkSignature(
  signingSecret: string,
  request: {
    readonly body: Uint8Array;
    readonly timestamp: string | undefined;
    readonly signature: string | undefined;
  },
  nowMs: number,
): SignatureProblem | undefined {
  const { body, timestamp, signature } = request;
  if (!timestamp || !signature) return 'missing';
  // Digits only: `Number` would also take spaces, signs and exponents, and what is signed is the text.
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) return 'malformed';
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > MAX_SKEW_SECONDS) return 'stale';
  const expected = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest();
  const given = Buffer.from(signature.slice(3), 'hex');
  return timingSafeEqual(expected, given) ? undefined : 'mismatch';
}
