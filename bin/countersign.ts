#!/usr/bin/env node
// The command: argv → lib/cli → exit code.
import { run } from '../lib/cli/run.ts';
import { instantOf } from '../lib/domain/time.ts';

const stop = new AbortController();
// The second Ctrl-C ends at once, whatever is still being tidied up.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

/** A pipe has neither `isTTY` nor `columns`, whatever the types say. */
const streamOf = (stream: NodeJS.WriteStream & { isTTY?: boolean; columns?: number }) => ({
  write: (text: string) => void stream.write(text),
  isTerminal: stream.isTTY ?? false,
  columns: stream.columns ?? 80,
});

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads stopped reading (`| head`): there is nobody left to tell.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  out: streamOf(process.stdout),
  err: streamOf(process.stderr),
  env: process.env,
  cwd: process.cwd(),
  now: () => instantOf(Date.now()),
  interrupted: stop.signal,
});
