// `switch`: the global stop of everything that takes access away.
import type { Command } from 'commander';
import type { SwitchRecord } from '../../application/ports/records.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import { type ByTwoOptions, sayByTwo, twoOf, withTwo } from '../by-two.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { actorOf, onTarget, type TargetOptions, targetOf, withActor } from '../on-stack.ts';
import { quoted } from '../quoted.ts';

interface StopOptions extends TargetOptions {
  readonly as?: string;
  readonly reason: string;
}

/** Adds the command. */
export const addSwitch: AddCommand = (program, context) => {
  const group = program
    .command('switch')
    .summary('stop every removal at once, or let them go on')
    .description('Stop every removal at once, or let them go on. One person stops; it takes two to start.');
  addStop(group, context);
  addStart(group, context);
};

function addStop(group: Command, context: CliContext): void {
  const command = withActor(
    onTarget(
      group
        .command('stop')
        .description('Stop: nothing more is switched off, from the next removal on.')
        .requiredOption('--reason <text>', 'why'),
    ),
  );
  examples(command, 'switch stop --reason "outage in payments" --as tomasz.wolski').action(
    async (options: StopOptions) => {
      const target = await targetOf(context, options);
      const as = actorOf(context, options, target);
      const outcome = await target.ask({ do: 'switch', act: 'stop', reason: options.reason, as });
      if ('done' in outcome) context.say(told(outcome.done));
    },
  );
}

function addStart(group: Command, context: CliContext): void {
  const command = withTwo(
    onTarget(
      group
        .command('start')
        .description('Start again, approved by a second person.')
        .requiredOption('--reason <text>', 'why; the second person says the same'),
    ),
  );
  examples(
    command,
    'switch start --reason "outage over" --as tomasz.wolski --approved-by ines.moreau',
    'switch start --reason "outage over" --endpoint https://reviews.example.com',
    'switch start --reason "outage over" --approve rq-0123456789abcdef01234567',
  ).action(async (options: ByTwoOptions & { readonly reason: string }) => {
    const target = await targetOf(context, options);
    const { reason } = options;
    const people = twoOf(context, options, target);
    const outcome = await target.ask({ do: 'switch', act: 'start', reason, ...people });
    sayByTwo(context, outcome, `switch start --reason ${quoted(reason)}`, told);
  });
}

function told(state: SwitchRecord): { readonly json: unknown; readonly text: string } {
  const text = state.stopped ? 'Enforcement is stopped' : 'Enforcement is on';
  return { json: state, text: `${text} (${oneLine(state.reason)}).\n` };
}
