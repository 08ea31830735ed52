// Calls of one collection, counted and retried within one shared budget: what the collection report says was done.
import { RefusedError, type UpstreamError } from '../../domain/errors.ts';
import type { SourceCall } from '../../domain/identity/collection.ts';
import { toUpstream } from './upstream.ts';

/** How a wait is made; injected so that tests need not. */
export type Sleep = (ms: number) => Promise<unknown>;

/** Counts calls by action and tries again what throttling or an outage stopped. */
export interface CallLog {
  /** Makes one request. @throws UpstreamError when it failed for good, which is recorded as well. */
  call<T>(action: string, request: () => Promise<T>): Promise<T>;
  /** The same for a request whose answer is a page. */
  page<T>(action: string, request: () => Promise<T>): Promise<T>;
  calls(): SourceCall[];
}

/** What limits the further attempts. */
export interface RetryLimits {
  readonly provider: string;
  readonly retryBudget: number;
  readonly sleep: Sleep;
  /** Told of each further attempt. */
  readonly note: (message: string) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;

/** Makes a call log. Clients have their own attempts below this; the budget here is for what outlasts them. */
export function createCallLog({ provider, retryBudget, sleep, note }: RetryLimits): CallLog {
  const counts = new Map<string, { calls: number; pages: number; failures: string[] }>();
  let left = retryBudget;
  const countOf = (action: string) => {
    const found = counts.get(action) ?? { calls: 0, pages: 0, failures: [] };
    counts.set(action, found);
    return found;
  };
  const retried = ({ retryable }: UpstreamError): boolean => retryable && left > 0;
  const call = async <T>(action: string, request: () => Promise<T>): Promise<T> => {
    const count = countOf(action);
    for (let attempt = 0; ; attempt += 1) {
      count.calls += 1;
      try {
        return await request();
      } catch (error) {
        if (error instanceof RefusedError) throw error;
        const failure = toUpstream(error, provider, action);
        if (!retried(failure)) {
          count.failures.push(failure.message);
          throw failure;
        }
        left -= 1;
        note(`${failure.message}; trying again`);
        await sleep(Math.min(failure.retryAfterMs ?? FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS));
      }
    }
  };
  return {
    call,
    async page(action, request) {
      const answer = await call(action, request);
      countOf(action).pages += 1;
      return answer;
    },
    calls: () => [...counts].map(([action, count]) => ({ action, ...count })),
  };
}
