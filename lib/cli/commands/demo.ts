// `demo`: a company to try it with, clicked by a person or played by itself.
import { join } from 'node:path';
import type { SessionOptions } from '../../local/session.ts';
import { type AccountOptions, accountFilesOf, portsOf, startingStack } from '../account-files.ts';
import { readInstant } from '../arguments.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { refusingEndpoint } from '../on-stack.ts';

interface DemoOptions extends AccountOptions {
  readonly autoplay?: boolean;
  readonly asOf?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export const addDemo: AddCommand = (program, context) => {
  const command = startingStack(
    refusingEndpoint(
      program
        .command('demo')
        .summary('try it, with a made-up company or your own files')
        .description(
          'Try it on this machine, without any account: a made-up company (or your own files), a Slack page and a mailbox in your browser. Nothing leaves this machine.',
        )
        .option(
          '--autoplay',
          'play a whole quarter by itself; exit 1 when something did not come out as it must',
        )
        .option('--as-of <time>', 'the moment that counts as today (default: now)')
        .option('--data-dir <dir>', 'where everything is kept (default: .countersign/demo-<pid>)'),
    ),
  );
  examples(
    command,
    'demo',
    'demo --autoplay',
    'demo --autoplay --json | tail -n 1',
    'demo --autoplay --credential-report report.csv --authorization-details details.json --owners owners.csv',
  ).action(async (_options: DemoOptions) => {
    const options = command.optsWithGlobals<DemoOptions>();
    const session = await sessionOptions(context, options);
    if (options.autoplay === true) {
      const { autoplay } = await import('../autoplay.ts');
      await autoplay(context, session);
    } else {
      const { playWithPerson } = await import('../play-with-person.ts');
      await playWithPerson(context, session, options.json === true);
    }
  });
};

async function sessionOptions(context: CliContext, options: DemoOptions): Promise<SessionOptions> {
  const { writeLog } = loggerOf(context);
  return {
    dataDir: context.path(options.dataDir ?? join('.countersign', `demo-${process.pid}`)),
    files: await accountFilesOf(context, options),
    startAt: options.asOf === undefined ? context.now() : readInstant('--as-of', options.asOf),
    ...portsOf(options),
    writeLog,
  };
}

/** Log lines of the functions, for whoever asks for them. */
function loggerOf({ env, err }: CliContext): Pick<SessionOptions, 'writeLog'> {
  return (env['COUNTERSIGN_LOG'] ?? '') === '' ? {} : { writeLog: (line) => err.write(`${line}\n`) };
}
