// Faults on order: what a real workspace does to an app on a bad day.

/** What happens to a call instead of (or after) its work. */
export type Fault =
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'ratelimited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'drop'; readonly when: 'before' | 'after' };

/** Faults waiting for their call. A method of `*` means whichever comes next. */
export interface Faults {
  /** The next `times` calls of the method answer `ok: false` with this error. */
  readonly failNext: (method: string, error: string, times?: number) => void;
  /** The next `times` calls of the method answer 429 with `Retry-After`. */
  readonly rateLimitNext: (method: string, retryAfterSeconds: number, times?: number) => void;
  /** The next calls of the method answer with this HTTP status and no JSON. */
  readonly breakNext: (method: string, status: number, times?: number) => void;
  /** The next call loses its connection: before anything was done, or after it was done but before the answer. */
  readonly dropNext: (method: string, when?: 'before' | 'after') => void;
  /** The fault due for this call, used up. */
  readonly take: (method: string) => Fault | undefined;
}

/** No faults until ordered. */
export function createFaults(): Faults {
  const waiting: { readonly method: string; readonly fault: Fault; times: number }[] = [];
  const order = (method: string, fault: Fault, times = 1) => {
    waiting.push({ method, fault, times });
  };
  return {
    failNext: (method, error, times) => order(method, { kind: 'error', error }, times),
    rateLimitNext: (method, retryAfterSeconds, times) =>
      order(method, { kind: 'ratelimited', retryAfterSeconds }, times),
    breakNext: (method, status, times) => order(method, { kind: 'status', status }, times),
    dropNext: (method, when = 'before') => order(method, { kind: 'drop', when }),
    take(method) {
      const position = waiting.findIndex((each) => each.method === method || each.method === '*');
      const found = waiting[position];
      if (!found) return undefined;
      found.times -= 1;
      if (found.times <= 0) waiting.splice(position, 1);
      return found.fault;
    },
  };
}
