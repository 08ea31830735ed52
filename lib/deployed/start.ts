// How every function starts: settings, documents, then its parts. What is wrong is said in one line of the log, in words.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../application/ports/clock.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { instantOf } from '../domain/time.ts';
import type { FunctionName } from '../functions.ts';
import type { Installation, Organisation } from '../installation.ts';
import { jsonLog, type Log } from '../runtime/log.ts';
import { readSettings, type Settings } from '../settings.ts';
import { readInstallation, readOrganisation } from './documents.ts';
import { once } from './once.ts';

/** What every function has when it puts itself together. */
export interface Base {
  readonly name: FunctionName;
  readonly settings: Settings;
  readonly installation: Installation;
  /** People and owners, read when first asked for. */
  organisation(): Promise<Organisation>;
  readonly clock: Clock;
  readonly log: Log;
  /** Writes one line of standard output: logs and metrics. */
  readonly write: (line: string) => void;
}

/** What Lambda tells of an invocation, as far as we read it. */
interface Invocation {
  readonly awsRequestId?: string | undefined;
}

const invocation = new AsyncLocalStorage<{ readonly requestId: string | undefined }>();

/** Real time. */
const wallClock: Clock = { now: () => instantOf(Date.now()) };

// Not console.log: Lambda would wrap the line, and metrics must stand alone on theirs.
const write = (line: string) => void process.stdout.write(`${line}\n`);

/**
 * Starts a function: composes it while the sandbox is initialised, and again with the next event if that failed, so that
 * a secret filled in or a throttled key needs no new deployment. Until then each event fails with what is wrong, and is
 * delivered again.
 */
export async function start<E, R>(
  name: FunctionName,
  compose: (base: Base) => Promise<(event: E) => Promise<R>>,
): Promise<(event: E, context?: Invocation) => Promise<R>> {
  const log = jsonLog(write, wallClock.now, () => ({ function: name, ...invocation.getStore() }));
  const ready = once(async () => {
    const settings = readSettings(name, process.env);
    const installation = await readInstallation(settings.installation);
    const organisation = once(() => readOrganisation(settings.organisation));
    return compose({ name, settings, installation, organisation, clock: wallClock, log, write });
  });
  await ready().catch((error: unknown) => sayWhy(log, error));
  return (event, context) =>
    invocation.run({ requestId: context?.awsRequestId }, async () => {
      const handle = await ready().catch((error: unknown) => {
        sayWhy(log, error);
        throw error;
      });
      return handle(event);
    });
}

function sayWhy(log: Log, error: unknown): void {
  const fix =
    error instanceof InvalidInputError ? 'docs/runbook.md#a-function-cannot-start' : 'docs/runbook.md';
  log.error('cannot start', { error, fix });
}
