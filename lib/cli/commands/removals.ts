// `removals`: what is being switched off, and people's words on it.
import type { Command } from 'commander';
import { removalsText } from '../../presentation/terminal/removal-list.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { actorOf, lookOf, onTarget, type TargetOptions, targetOf, withActor } from '../on-stack.ts';

interface SteerOptions extends TargetOptions {
  readonly as?: string;
  readonly reason: string;
}

/** Adds the command. */
export const addRemovals: AddCommand = (program, context) => {
  const group = program
    .command('removals')
    .summary('what is being switched off: list, approve, hold, restore, verify')
    .description('What is being switched off: list, approve, hold, restore, verify.');
  addList(group, context);
  addSteering(
    group,
    context,
    'approve',
    'Let a held removal run, or confirm that a manual task is done; never by the owner.',
  );
  addSteering(group, context, 'hold', 'Put a planned removal on hold.');
  addSteering(group, context, 'restore', 'Put a switched-off identity or credential back exactly as it was.');
  addVerify(group, context);
};

function addList(group: Command, context: CliContext): void {
  const command = onTarget(
    group
      .command('list')
      .description('List removals, newest plan first.')
      .option('--campaign <id>', 'of this campaign only'),
  );
  examples(command, 'removals list', 'removals list --campaign quarterly-review-20261102 --json').action(
    async ({ campaign, ...options }: TargetOptions & { readonly campaign?: string }) => {
      const target = await targetOf(context, options);
      const removals = await target.ask({
        do: 'removals',
        ...(campaign === undefined ? {} : { campaignId: campaign }),
      });
      const { now } = await target.ask({ do: 'time' });
      context.say({
        json: { asOf: now, removals },
        text: removalsText(removals, lookOf(context, now)).trimStart(),
      });
    },
  );
}

function addSteering(
  group: Command,
  context: CliContext,
  act: 'approve' | 'hold' | 'restore',
  description: string,
): void {
  const command = withActor(
    onTarget(
      group
        .command(act)
        .description(description)
        .argument('<removal>', 'id of the removal (rm-…)')
        .requiredOption('--reason <text>', 'why'),
    ),
  );
  examples(command, `removals ${act} rm-0123456789abcdef01234567 --as ines.moreau --reason "…"`).action(
    async (removalId: string, options: SteerOptions) => {
      const target = await targetOf(context, options);
      const { reason } = options;
      const outcome = await target.ask({
        do: 'steer-removal',
        removalId,
        act,
        reason,
        as: actorOf(context, options, target),
      });
      context.say({ json: outcome, text: `${oneLine(outcome.text, 2000)}\n` });
    },
  );
}

function addVerify(group: Command, context: CliContext): void {
  const command = onTarget(
    group
      .command('verify')
      .description('Look now whether a switch-off still holds. Exit 4 when it does not.')
      .argument('<removal>', 'id of the removal (rm-…)'),
  );
  examples(command, 'removals verify rm-0123456789abcdef01234567').action(
    async (removalId: string, options: TargetOptions) => {
      const target = await targetOf(context, options);
      const { outcome, removal } = await target.ask({ do: 'verify-removal', removalId });
      const reasons = (removal.verification?.reasons ?? [])
        .map((reason) => `  ${oneLine(reason, 1000)}\n`)
        .join('');
      context.say({ json: { outcome, removal }, text: `${oneLine(removal.name)}: ${outcome}\n${reasons}` });
      if (outcome === 'failed' || outcome === 'drift') context.exitWith(4);
    },
  );
}
