// A program that runs while tests do, and does not outlive them.
import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What to run, and how to see that it is ready. */
export interface BackgroundProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Takes what it writes, so that a failure can be read. */
  readonly logFile: string;
  readonly isReady: () => Promise<boolean>;
  readonly readyWithinMs: number;
}

/** A running program. */
export interface Background {
  readonly pid: number;
  /** Ends it and what it started; `SIGKILL` as a power cut would, `SIGTERM` (default) with a few seconds to put things away. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const PATIENCE_MS = 5_000;

/** Starts a program in a process group of its own and waits until it is ready. @throws Error with the end of its log */
export async function startInBackground(what: BackgroundProgram): Promise<Background> {
  const log = await open(what.logFile, 'a');
  const child = spawn(what.program, what.args, {
    env: what.env,
    cwd: what.cwd,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  let failure: Error | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      failure = error;
      resolve();
    });
    child.once('exit', () => resolve());
  });
  const kill = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch (problem) {
      if ((problem as NodeJS.ErrnoException).code !== 'ESRCH') throw problem;
    }
  };
  const onExit = (): void => kill('SIGKILL');
  process.once('exit', onExit);
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> => {
    kill(signal);
    await Promise.race([ended, sleep(PATIENCE_MS)]);
    kill('SIGKILL');
    await ended;
    process.off('exit', onExit);
  };

  const deadline = Date.now() + what.readyWithinMs;
  const isRunning = (): boolean =>
    failure === undefined && child.exitCode === null && child.signalCode === null;
  while (isRunning() && Date.now() < deadline) {
    if (await what.isReady()) return { pid: child.pid ?? 0, stop };
    await sleep(50);
  }
  await stop('SIGKILL');
  const text = await readFile(what.logFile, 'utf8');
  throw new Error(`${what.program} did not become ready:\n${text.slice(-4_000)}`, { cause: failure });
}
