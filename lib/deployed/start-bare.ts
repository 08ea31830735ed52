// How every function starts, whatever it is made of. What is wrong is said in one line of the log, in words.
import { AsyncLocalStorage } from 'node:async_hooks';
import { withCode } from '../adapters/lambda/function-errors.ts';
import type { Clock } from '../application/ports/clock.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { instantOf, MINUTE_MS } from '../domain/time.ts';
import { jsonLog, type Log } from '../runtime/log.ts';

/** What any composition has. */
export interface Bare {
  readonly clock: Clock;
  readonly log: Log;
  /** Writes one line of standard output: logs and metrics. */
  readonly write: (line: string) => void;
}

/** What Lambda tells of an invocation, as far as we read it. */
export interface Invocation {
  readonly awsRequestId?: string | undefined;
}

const invocation = new AsyncLocalStorage<{ readonly requestId: string | undefined }>();

/** Real time. */
const wallClock: Clock = { now: () => instantOf(Date.now()) };

// Not console.log: Lambda would wrap the line, and metrics must stand alone on theirs.
const write = (line: string) => void process.stdout.write(`${line}\n`);

/** How long a composition serves, in ms: a secret that was changed counts after that, without a deployment. */
const SERVES_MS = 15 * MINUTE_MS;

/**
 * Starts a function: composes it while the sandbox is initialised, and again with the next event if that failed, so that
 * a secret filled in or a throttled key needs no new deployment. Until then each event fails with what is wrong, and is
 * delivered again. A composition is replaced from time to time; while that fails, it serves on.
 */
export async function startBare<E, R>(
  name: string,
  compose: (bare: Bare) => Promise<(event: E) => Promise<R>>,
): Promise<(event: E, context?: Invocation) => Promise<R>> {
  const log = jsonLog(write, wallClock.now, () => ({ function: name, ...invocation.getStore() }));
  let made: { readonly handle: (event: E) => Promise<R>; readonly atMs: number } | undefined;
  const ready = async (): Promise<(event: E) => Promise<R>> => {
    if (made && Date.now() - made.atMs < SERVES_MS) return made.handle;
    try {
      made = { handle: await compose({ clock: wallClock, log, write }), atMs: Date.now() };
    } catch (error) {
      sayWhy(log, error);
      if (!made) throw error;
    }
    return made.handle;
  };
  // What is wrong was said; the sandbox stays, and the next event tries again.
  await ready().catch(() => undefined);
  return (event, context) =>
    invocation.run({ requestId: context?.awsRequestId }, async () => {
      const handle = await ready();
      try {
        return await handle(event);
      } catch (error) {
        log.error('failed', { error });
        // A function that called this one makes the error again.
        throw withCode(error);
      }
    });
}

function sayWhy(log: Log, error: unknown): void {
  const fix =
    error instanceof InvalidInputError ? 'docs/runbook.md#a-function-cannot-start' : 'docs/runbook.md';
  log.error('cannot start', { error, fix });
}
