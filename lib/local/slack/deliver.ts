// Signed requests from the workspace to the app, and how it acknowledged them.
import { signRequest } from './signing.ts';

/** Where requests go: an address, or a function when the address is only known later. */
export type Address = string | (() => string);

/** How the app answered. Anything but `ok` is what makes Slack show its warning sign. */
export interface Acknowledgement {
  readonly ok: boolean;
  readonly status: number | undefined;
  readonly body: string;
  readonly tookMs: number;
  readonly problem?: 'timeout' | 'unreachable' | 'status' | 'not-configured';
}

/** One request to the app. */
export interface Delivery {
  readonly to: Address | undefined;
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded';
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a delivery and waits for its acknowledgement, never longer than Slack would. */
export type Deliver = (delivery: Delivery) => Promise<Acknowledgement>;

/** Signs with the app's secret and the wall clock; waits `limitMs` (Slack: three seconds); follows no redirect. */
export function createDeliver(options: {
  readonly signingSecret: string;
  readonly wallClockMs: () => number;
  readonly limitMs: number;
}): Deliver {
  return async ({ to, contentType, body, headers }) => {
    const url = typeof to === 'function' ? to() : to;
    const startedMs = options.wallClockMs();
    const took = () => options.wallClockMs() - startedMs;
    if (!url) return { ok: false, status: undefined, body: '', tookMs: 0, problem: 'not-configured' };
    const timestamp = Math.floor(startedMs / 1000);
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(options.limitMs),
        headers: {
          'content-type': contentType,
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          'x-slack-request-timestamp': String(timestamp),
          'x-slack-signature': signRequest(options.signingSecret, timestamp, body),
          ...headers,
        },
        body,
      });
      const answer = await response.text();
      const problem = response.ok ? {} : ({ problem: 'status' } as const);
      return { ok: response.ok, status: response.status, body: answer, tookMs: took(), ...problem };
    } catch (cause) {
      const timedOut = cause instanceof DOMException && cause.name === 'TimeoutError';
      return {
        ok: false,
        status: undefined,
        body: '',
        tookMs: took(),
        problem: timedOut ? 'timeout' : 'unreachable',
      };
    }
  };
}

/** What Slack tells the person who acted, in its own words as far as they are known. */
export function warningOf({ problem, status }: Acknowledgement): string {
  if (problem === 'timeout') return 'Operation timed out. Apps need to respond within 3 seconds.';
  if (problem === 'not-configured') return 'This app is not configured to handle interactive responses.';
  return problem === 'status'
    ? `This app responded with status code ${status}.`
    : 'This app could not be reached.';
}
