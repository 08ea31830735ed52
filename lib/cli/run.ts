// argv → exit code. Nothing here ends the process, so a test can run a command and look at what it said.
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { jsonLine } from '../presentation/terminal/json-line.ts';
import { paintFor } from '../presentation/terminal/paint.ts';
import { commands } from './commands.ts';
import type { CliContext, CliProcess, ExitCode } from './context.ts';
import { exitCodeOf, sentenceOf, traceOf } from './describe-error.ts';

/** Runs one command line (without node and script). Resolves to the exit code; never throws. */
export async function run(argv: readonly string[], host: CliProcess): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = new Command();
  const context: CliContext = {
    ...host,
    paint: {
      out: paintFor({ isTerminal: host.out.isTerminal, env: host.env }),
      err: paintFor({ isTerminal: host.err.isTerminal, env: host.env }),
    },
    path: (given) => resolve(host.cwd, given),
    pause: host.pause ?? ((ms) => wait(ms, undefined, { signal: host.interrupted })),
    exitWith: (wanted) => {
      code = wanted;
    },
    say: ({ json, text }) => {
      const asJson = program.opts<{ json?: boolean }>().json === true;
      host.out.write(asJson ? `${jsonLine(json)}\n` : text);
    },
  };
  build(program, context);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    code = host.interrupted.aborted ? stopped(context) : report(error, context, argv.includes('--debug'));
  }
  return code;
}

function build(program: Command, context: CliContext): void {
  program
    .name('countersign')
    .description(
      'Access reviews for non-human identities: ask the owner, chase the answer, switch off what nobody vouches for, prove every step.',
    )
    .version(manifest.version, '--version', 'print the version')
    .option('--json', 'print one JSON object, as the last line of stdout')
    .option('--debug', 'when something fails, show where')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, helpWidth: Math.min(100, context.out.columns) })
    .configureOutput({
      writeOut: (text) => context.out.write(text),
      writeErr: (text) => context.err.write(text),
      outputError: (text, write) => write(complaintOf(text)),
    })
    .showSuggestionAfterError(true)
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 failed, 2 bad input, 3 refused by a safeguard, 4 verification failed.

Examples:
  countersign demo                          try it: a made-up company, Slack and mail in your browser
  countersign demo --autoplay               watch it play a whole quarter in a minute
  countersign collect --from report.csv     what is in a credential report
  countersign local up                      the embedded stack, for the other commands`,
    );
  for (const add of commands) add(program, context);
}

/** Somebody pressed Ctrl-C: what was thrown on the way out says no more than that. */
function stopped(context: CliContext): ExitCode {
  context.err.write('Stopped before it was done.\n');
  return 1;
}

/** What commander complains of, in our voice. */
function complaintOf(text: string): string {
  const said = text.replace(/^error: /, '').trim();
  const where = said.startsWith('unknown command') ? '; "countersign --help" lists those there are' : '';
  return `countersign: ${said.replaceAll(/\s*\n\s*/g, ' ')}${where}\n`;
}

function report(error: unknown, context: CliContext, debug: boolean): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    // Help shown because no command was named went to stderr already; so did what commander has to say.
    return 2;
  }
  context.err.write(`${context.paint.err.bad('countersign:')} ${sentenceOf(error)}\n`);
  if (debug) context.err.write(`${traceOf(error)}\n`);
  return exitCodeOf(error);
}
