// Calls to AWS, counted and retried within one shared budget: what the collection report says was done.

import type { UpstreamError } from '../../domain/errors.ts';
import type { SourceCall } from '../../domain/identity/collection.ts';
import { toUpstream } from './upstream.ts';

/** How a wait is made; injected so that tests need not. */
export type Sleep = (ms: number) => Promise<unknown>;

/** Counts calls by action and tries again what throttling or an outage stopped. */
export interface CallLog {
  /** Makes one request. @throws UpstreamError when it failed for good, which is recorded as well. */
  call<T>(action: string, request: () => Promise<T>): Promise<T>;
  /** Notes that a call's answer was a page. */
  page(action: string): void;
  calls(): SourceCall[];
}

/** What limits the further attempts. */
export interface RetryLimits {
  readonly retryBudget: number;
  readonly sleep: Sleep;
  /** Told of each further attempt. */
  readonly note: (message: string) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;

/** Makes a call log. The SDK has its own retries below this; the budget here is for what outlasts them. */
export function createCallLog({ retryBudget, sleep, note }: RetryLimits): CallLog {
  const counts = new Map<string, { calls: number; pages: number; failures: string[] }>();
  let left = retryBudget;
  const countOf = (action: string) => {
    const found = counts.get(action) ?? { calls: 0, pages: 0, failures: [] };
    counts.set(action, found);
    return found;
  };
  const retried = (failure: UpstreamError): boolean =>
    failure.retryable && failure.code !== 'NOT_READY' && left > 0;
  return {
    async call(action, request) {
      const count = countOf(action);
      for (let attempt = 0; ; attempt += 1) {
        count.calls += 1;
        try {
          return await request();
        } catch (error) {
          const failure = toUpstream(error, action);
          if (!retried(failure)) {
            if (failure.code !== 'NOT_READY') count.failures.push(failure.message);
            throw failure;
          }
          left -= 1;
          note(`${failure.message}; trying again`);
          await sleep(Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS));
        }
      }
    },
    page(action) {
      countOf(action).pages += 1;
    },
    calls: () => [...counts].map(([action, count]) => ({ action, ...count })),
  };
}
