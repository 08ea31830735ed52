// What the commands that talk to an installation have in common: where it is, and who acts.
import { type Command, Option } from 'commander';
import { InvalidInputError } from '../domain/errors.ts';
import type { Instant } from '../domain/time.ts';
import type { Look } from '../presentation/terminal/look.ts';
import { progressBar } from '../presentation/terminal/progress.ts';
import type { CliContext } from './context.ts';
import type { OnProgress } from './control-answer.ts';
import { connect, type LocalClient } from './control-client.ts';
import { readEndpoint } from './endpoint.ts';
import { deployed, embedded, type Target } from './target.ts';

/** Data folder of `local up` when none is named. */
export const DEFAULT_DATA_DIR = '.countersign/local';

/** Options of commands about the embedded stack. */
export interface StackOptions {
  readonly dataDir?: string;
  readonly endpoint?: string;
}

/** Options of commands that any installation answers. */
export interface TargetOptions extends StackOptions {
  readonly region?: string;
}

/** Adds where the installation is: a stack on this machine, or a deployed one. */
export function onTarget(command: Command): Command {
  return command
    .option(
      '--data-dir <dir>',
      `data folder of the embedded stack that runs here (default: ${DEFAULT_DATA_DIR})`,
    )
    .option(
      '--endpoint <url>',
      'a deployed installation instead (or COUNTERSIGN_ENDPOINT); calls are signed with your AWS credentials',
    )
    .option('--region <region>', 'region of --endpoint, where its name does not tell (or AWS_REGION)');
}

/** Adds `--data-dir`, for what exists on the embedded stack only. */
export function onStack(command: Command): Command {
  return refusingEndpoint(
    command.option('--data-dir <dir>', `data folder of the running stack (default: ${DEFAULT_DATA_DIR})`),
  );
}

/** Has `--endpoint` refused in a sentence, where nothing deployed could answer. */
export function refusingEndpoint(command: Command): Command {
  const option = new Option('--endpoint <url>').hideHelp().argParser((): never => {
    throw new InvalidInputError({
      code: 'BAD_ARGUMENT',
      message:
        '--endpoint: this is about the embedded stack on this machine; a deployed installation has no such thing.',
    });
  });
  return command.addOption(option);
}

/** Adds `--as`. */
export function withActor(command: Command): Command {
  return command.option(
    '--as <person>',
    'embedded stack: who acts (person id or e-mail; or COUNTERSIGN_AS), attested as a local demo',
  );
}

/** The folder meant by the options or COUNTERSIGN_DATA_DIR. */
export function dataDirOf(context: CliContext, { dataDir }: StackOptions): string {
  return context.path(dataDir ?? context.env['COUNTERSIGN_DATA_DIR'] ?? DEFAULT_DATA_DIR);
}

/** Connects to the embedded stack meant by the options. */
export function stackOf(context: CliContext, options: StackOptions): Promise<LocalClient> {
  return connect(dataDirOf(context, options));
}

/**
 * Connects to what the options mean, else the environment: a deployed installation or the embedded stack.
 * @throws InvalidInputError BAD_ARGUMENT when both are meant
 */
export async function targetOf(context: CliContext, options: TargetOptions): Promise<Target> {
  const endpoint = endpointOf(context, options);
  if (endpoint === undefined) return embedded(await stackOf(context, options));
  // Loaded only when needed: the SDK's credential chain is slow to start.
  const { connectInstallation } = await import('./installation-client.ts');
  const read = readEndpoint(endpoint, options.region, context.env);
  return deployed(connectInstallation(read, context.interrupted));
}

function endpointOf({ env }: CliContext, { dataDir, endpoint }: TargetOptions): string | undefined {
  const [fromEnv, folder] = [env['COUNTERSIGN_ENDPOINT'] ?? '', env['COUNTERSIGN_DATA_DIR'] ?? ''];
  if (dataDir !== undefined && endpoint !== undefined) {
    throw new InvalidInputError({
      code: 'BAD_ARGUMENT',
      message:
        '--endpoint: name one, a deployed installation (--endpoint) or the embedded stack (--data-dir).',
    });
  }
  if (endpoint !== undefined || dataDir !== undefined) return endpoint;
  if (fromEnv !== '' && folder !== '') {
    throw new InvalidInputError({
      code: 'BAD_ARGUMENT',
      message:
        'COUNTERSIGN_ENDPOINT and COUNTERSIGN_DATA_DIR are both set; say which with --endpoint or --data-dir.',
    });
  }
  return fromEnv === '' ? undefined : fromEnv;
}

/** Who acts, where the command line or COUNTERSIGN_AS says so. @throws InvalidInputError when a signature says it already */
export function maybeActor(
  context: CliContext,
  options: { readonly as?: string },
  target: Target,
): string | undefined {
  const named = options.as ?? context.env['COUNTERSIGN_AS'];
  if (named === undefined || named === '') return undefined;
  if (target.kind === 'embedded') return named;
  throw new InvalidInputError({
    code: 'BAD_ARGUMENT',
    message: `${options.as === undefined ? 'COUNTERSIGN_AS' : '--as'}: who acts on a deployed installation is known from your AWS credentials; leave it out.`,
  });
}

/** Who acts; undefined where the signature says it. @throws InvalidInputError when nobody is named and somebody must be */
export function actorOf(
  context: CliContext,
  options: { readonly as?: string },
  target: Target,
): string | undefined {
  const named = maybeActor(context, options, target);
  if (named !== undefined || target.kind === 'deployed') return named;
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
