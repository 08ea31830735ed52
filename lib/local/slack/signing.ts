// Slack's request signature. https://docs.slack.dev/authentication/verifying-requests-from-slack
import { createHmac } from 'node:crypto';

/** The value of `X-Slack-Signature`: `v0=` and the hex HMAC-SHA256 over `v0:{timestamp}:{raw body}`. */
export function signRequest(
  signingSecret: string,
  timestampSeconds: number | string,
  rawBody: string,
): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestampSeconds}:${rawBody}`).digest('hex')}`;
}
