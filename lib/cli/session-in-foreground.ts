// A stack that runs until somebody stops it: Ctrl-C, `local down`, or the end of the process.
import { RefusedError } from '../domain/errors.ts';
import { startControlServer } from '../local/control-server.ts';
import { type LocalSession, openSession, type SessionOptions } from '../local/session.ts';
import type { CliContext } from './context.ts';
import { connect, readPointer } from './control-client.ts';

/**
 * Opens a session, lets `greet` do and say what comes first, runs in real time until stopped, and closes cleanly.
 * @throws RefusedError CONFLICT when a stack runs over the folder already
 */
export async function runInForeground(
  context: CliContext,
  options: SessionOptions,
  greet: (session: LocalSession) => Promise<void>,
): Promise<void> {
  await mustBeFree(options.dataDir);
  const session = await openSession(options);
  try {
    const control = await startControlServer(session);
    try {
      await session.inTurn(() => greet(session));
      await session.runUntil(AbortSignal.any([context.interrupted, control.downAsked]));
    } finally {
      await control.close();
    }
  } finally {
    await session.close();
  }
}

async function mustBeFree(dataDir: string): Promise<void> {
  const pointer = await readPointer(dataDir);
  if (pointer && (await answers(dataDir))) {
    throw new RefusedError({
      code: 'CONFLICT',
      message: `A stack runs over ${dataDir} already (process ${pointer.pid}); end it with "countersign local down", or choose another --data-dir.`,
    });
  }
}

/** Whether a stack answers; a pointer left behind by one that was killed does not count. */
async function answers(dataDir: string): Promise<boolean> {
  try {
    await (await connect(dataDir)).ask({ do: 'status' });
    return true;
  } catch {
    // Nobody answers: that is the answer.
    return false;
  }
}
