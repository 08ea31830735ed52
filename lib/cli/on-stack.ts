// What the commands that talk to a running stack have in common: where it is, and who acts.
import type { Command } from 'commander';
import { InvalidInputError } from '../domain/errors.ts';
import type { Instant } from '../domain/time.ts';
import type { Look } from '../presentation/terminal/look.ts';
import { progressBar } from '../presentation/terminal/progress.ts';
import type { CliContext } from './context.ts';
import { type ControlClient, connect, type OnProgress } from './control-client.ts';

/** Data folder of `local up` when none is named. */
export const DEFAULT_DATA_DIR = '.countersign/local';

/** Options every such command has. */
export interface StackOptions {
  readonly dataDir?: string;
}

/** Adds `--data-dir`. */
export function onStack(command: Command): Command {
  return command.option(
    '--data-dir <dir>',
    `data folder of the running stack (default: ${DEFAULT_DATA_DIR})`,
  );
}

/** Adds `--as`. */
export function withActor(command: Command): Command {
  return command.option(
    '--as <person>',
    'who acts (person id or e-mail; or COUNTERSIGN_AS); attested as a local demo',
  );
}

/** The folder meant by the options or COUNTERSIGN_DATA_DIR. */
export function dataDirOf(context: CliContext, { dataDir }: StackOptions): string {
  return context.path(dataDir ?? context.env['COUNTERSIGN_DATA_DIR'] ?? DEFAULT_DATA_DIR);
}

/** Connects to the stack meant by the options. */
export function stackOf(context: CliContext, options: StackOptions): Promise<ControlClient> {
  return connect(dataDirOf(context, options));
}

/** Who acts, where the command line or COUNTERSIGN_AS says so. */
export function maybeActor(context: CliContext, options: { readonly as?: string }): string | undefined {
  const named = options.as ?? context.env['COUNTERSIGN_AS'];
  return named === '' ? undefined : named;
}

/** Who acts. @throws InvalidInputError when nobody is named */
export function actorOf(context: CliContext, options: { readonly as?: string }): string {
  const named = maybeActor(context, options);
  if (named !== undefined) return named;
  throw new InvalidInputError({
    code: 'BAD_ARGUMENT',
    message:
      '--as: say who you are (person id or e-mail); "countersign inbox" lists who has something to do.',
  });
}

/** Runs something with a progress bar on stderr. */
export async function withProgress<T>(
  context: CliContext,
  work: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const { err } = context;
  const bar = progressBar({
    write: (text) => err.write(text),
    isTerminal: err.isTerminal,
    width: err.columns,
  });
  try {
    return await work((fraction, label) => bar.update(fraction, label));
  } finally {
    bar.finish();
  }
}

/** How pages are drawn: dates in UTC as seen from `now`, as wide as the terminal, uncut where a program reads. */
export function lookOf(context: CliContext, now: Instant): Look {
  const { out, paint } = context;
  return { now, timeZone: 'UTC', paint: paint.out, width: out.isTerminal ? out.columns : undefined };
}
