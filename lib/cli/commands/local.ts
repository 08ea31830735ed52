// `local`: the embedded stack that the other commands talk to.
import type { Command } from 'commander';
import type { LocalResult } from '../../local/control/handlers.ts';
import { addressesText } from '../../presentation/terminal/stack-text.ts';
import { pairsOf } from '../../presentation/terminal/table.ts';
import { type AccountOptions, accountFilesOf, portsOf, startingStack } from '../account-files.ts';
import { badArgument, readInstant, readSpanMs } from '../arguments.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { dataDirOf, lookOf, onStack, type StackOptions, stackOf, withProgress } from '../on-stack.ts';

/** Adds the command. */
export const addLocal: AddCommand = (program, context) => {
  const group = program
    .command('local')
    .description('The embedded stack, all on this machine: up, down, status, clock.');
  addUp(group, context);
  addDown(group, context);
  addStatus(group, context);
  addClock(group, context);
};

function addUp(group: Command, context: CliContext): void {
  const command = startingStack(
    onStack(
      group
        .command('up')
        .description('Start the stack and keep it running; a folder used before goes on where it stopped.')
        .option('--as-of <time>', 'where the clock of a new folder starts (default: now)'),
    ),
  );
  examples(command, 'local up', 'local up --data-dir my-account --credential-report report.csv').action(
    async (options: StackOptions & AccountOptions & { readonly asOf?: string }) => {
      const { keepUp } = await import('../keep-up.ts');
      await keepUp(context, {
        dataDir: dataDirOf(context, options),
        files: await accountFilesOf(context, options),
        startAt: options.asOf === undefined ? context.now() : readInstant('--as-of', options.asOf),
        ...portsOf(options),
      });
    },
  );
}

function addDown(group: Command, context: CliContext): void {
  const command = onStack(group.command('down').description('End the running stack; its folder stays.'));
  examples(command, 'local down').action(async (options: StackOptions) => {
    const stack = await stackOf(context, options);
    const ended = await stack.ask({ do: 'down' });
    context.say({ json: ended, text: `The stack ends (its clock stood at ${ended.now}).\n` });
  });
}

function addStatus(group: Command, context: CliContext): void {
  const command = onStack(group.command('status').description('Where the stack is and what it holds.'));
  examples(command, 'local status', 'local status --json').action(async (options: StackOptions) => {
    const stack = await stackOf(context, options);
    const status = await stack.ask({ do: 'status' });
    context.say({ json: { ...status, pid: stack.pointer.pid }, text: statusText(context, status) });
  });
}

function statusText(context: CliContext, status: LocalResult<'status'>): string {
  const { paint } = context;
  const pairs = pairsOf([
    ['clock', status.now],
    ['identities', String(status.identities)],
    [
      'definitions',
      status.definitions.map((each) => `${each.definitionId} version ${each.definitionVersion}`).join('\n') ||
        'none',
    ],
    [
      'campaigns',
      status.campaigns.map((each) => `${each.campaignId}: ${each.state}, due ${each.dueAt}`).join('\n') ||
        'none',
    ],
    ['enforcement', status.enforcementStopped ? paint.out.bad('stopped') : 'on'],
    ...(status.deadLetters.length === 0
      ? []
      : [['given up', paint.out.bad(`${status.deadLetters.length} pieces of work`)] as const]),
    ['folder', status.dataDir],
  ]);
  return `${paint.out.bold(status.company)}\n${addressesText(status.addresses, lookOf(context, status.now))}${pairs}`;
}

function addClock(group: Command, context: CliContext): void {
  const command = onStack(
    group
      .command('clock')
      .description('Tell the stack’s time, or move it forward: everything that falls due on the way is done.')
      .argument('[move]', '+14d, +3h, +90m, or a time (2026-11-02T08:00:00Z)'),
  );
  examples(command, 'local clock', 'local clock +14d', 'local clock 2026-11-02T08:00:00Z').action(
    async (move: string | undefined, options: StackOptions) => {
      const asked = move === undefined ? {} : readMove(move);
      const stack = await stackOf(context, options);
      const moved = await withProgress(context, (onProgress) =>
        stack.ask({ do: 'clock', ...asked }, onProgress),
      );
      context.say({ json: moved, text: `${moved.now}\n` });
    },
  );
}

function readMove(text: string): { byMs: number } | { to: ReturnType<typeof readInstant> } {
  const byMs = readSpanMs(text);
  if (byMs !== undefined) return { byMs };
  if (/^[+-]?\d+\w*$/.test(text)) throw badArgument('move', text, 'a span like +14d, +3h or +90m, or a time');
  return { to: readInstant('move', text) };
}
