// `switch`: the global stop of everything that takes access away.
import type { Command } from 'commander';
import { oneLine } from '../../presentation/web/safe-text.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { actorOf, onStack, type StackOptions, stackOf, withActor } from '../on-stack.ts';

interface SwitchOptions extends StackOptions {
  readonly as?: string;
  readonly reason: string;
  readonly approvedBy?: string;
}

/** Adds the command. */
export const addSwitch: AddCommand = (program, context) => {
  const group = program
    .command('switch')
    .summary('stop every removal at once, or let them go on')
    .description('Stop every removal at once, or let them go on. One person stops; it takes two to start.');
  examples(
    turn(group, context, 'stop', 'Stop: nothing more is switched off, from the next removal on.'),
    'switch stop --reason "outage in payments" --as tomasz.wolski',
  );
  examples(
    turn(group, context, 'start', 'Start again, approved by a second person.').requiredOption(
      '--approved-by <person>',
      'the second person',
    ),
    'switch start --reason "outage over" --as tomasz.wolski --approved-by ines.moreau',
  );
};

function turn(group: Command, context: CliContext, act: 'stop' | 'start', description: string): Command {
  const command = group.command(act).description(description).requiredOption('--reason <text>', 'why');
  return withActor(onStack(command)).action(async (options: SwitchOptions) => {
    const stack = await stackOf(context, options);
    const { reason, approvedBy } = options;
    const as = actorOf(context, options);
    const state = await stack.ask({
      do: 'switch',
      act,
      reason,
      as,
      ...(approvedBy === undefined ? {} : { approvedBy }),
    });
    const text = state.stopped ? 'Enforcement is stopped' : 'Enforcement is on';
    context.say({ json: state, text: `${text} (${oneLine(state.reason)}).\n` });
  });
}
