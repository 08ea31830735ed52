// `removals`: what is being switched off, and people's words on it.
import type { Command } from 'commander';
import { removalsText } from '../../presentation/terminal/removal-list.ts';
import { removalPageText } from '../../presentation/terminal/removal-page.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { actorOf, lookOf, onTarget, type TargetOptions, targetOf, withActor } from '../on-stack.ts';

interface OneOptions extends TargetOptions {
  readonly campaign?: string;
}

interface SteerOptions extends OneOptions {
  readonly as?: string;
  readonly reason: string;
  readonly wrong?: boolean;
}

/** Adds the command. */
export const addRemovals: AddCommand = (program, context) => {
  const group = program
    .command('removals')
    .summary('what is being switched off: list, show, approve, hold, cancel, retry, restore, verify')
    .description('What is being switched off: list, show, approve, hold, cancel, retry, restore, verify.');
  addList(group, context);
  addShow(group, context);
  addSteering(
    group,
    context,
    'approve',
    'Let a held removal run, or confirm that a manual task is done; never by the owner.',
  );
  addSteering(group, context, 'hold', 'Put a planned removal on hold.');
  addSteering(
    group,
    context,
    'cancel',
    'End a removal that has not begun, and ask the question again; never by the owner.',
  );
  addSteering(
    group,
    context,
    'retry',
    'Plan again what failed; it goes through every safeguard; never by the owner.',
  );
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

/** Which removal: its id, and where to look for it. */
function withRemoval(command: Command): Command {
  return command
    .argument('<removal>', 'id of the removal (rm-…)')
    .option('--campaign <id>', 'its campaign (default: looked for in every campaign, newest first)');
}

function addShow(group: Command, context: CliContext): void {
  const command = onTarget(
    withRemoval(
      group
        .command('show')
        .description(
          'Everything about one removal: steps, holds, verification, what shadow and the logs showed, how to bring it back.',
        ),
    ),
  );
  examples(command, 'removals show rm-0123456789abcdef01234567', 'removals show rm-… --json').action(
    async (removalId: string, options: OneOptions) => {
      const target = await targetOf(context, options);
      const shown = await target.ask({ do: 'removal', removalId, ...campaignOf(options) });
      context.say({ json: shown, text: removalPageText(shown, lookOf(context, shown.asOf)) });
    },
  );
}

function campaignOf({ campaign }: OneOptions): { readonly campaignId?: string } {
  return campaign === undefined ? {} : { campaignId: campaign };
}

function addSteering(
  group: Command,
  context: CliContext,
  act: 'approve' | 'hold' | 'cancel' | 'retry' | 'restore',
  description: string,
): void {
  const command = withActor(
    onTarget(
      withRemoval(group.command(act).description(description)).requiredOption('--reason <text>', 'why'),
    ),
  );
  if (act === 'restore') {
    command.option(
      '--wrong',
      'it should not have been switched off: its connector and risk tier go back to shadow at once',
    );
  }
  examples(command, `removals ${act} rm-0123456789abcdef01234567 --as ines.moreau --reason "…"`).action(
    async (removalId: string, options: SteerOptions) => {
      const target = await targetOf(context, options);
      const { reason, wrong } = options;
      const outcome = await target.ask({
        do: 'steer-removal',
        removalId,
        ...campaignOf(options),
        act,
        ...(wrong === undefined ? {} : { wrong }),
        reason,
        as: actorOf(context, options, target),
      });
      context.say({ json: outcome, text: `${oneLine(outcome.text, 2000)}\n` });
    },
  );
}

function addVerify(group: Command, context: CliContext): void {
  const command = onTarget(
    withRemoval(
      group
        .command('verify')
        .description('Look now whether a switch-off still holds. Exit 4 when it does not.'),
    ),
  );
  examples(command, 'removals verify rm-0123456789abcdef01234567').action(
    async (removalId: string, options: OneOptions) => {
      const target = await targetOf(context, options);
      const asked = { do: 'verify-removal', removalId, ...campaignOf(options) } as const;
      const { outcome, removal } = await target.ask(asked);
      const reasons = (removal.verification?.reasons ?? [])
        .map((reason) => `  ${oneLine(reason, 1000)}\n`)
        .join('');
      context.say({ json: { outcome, removal }, text: `${oneLine(removal.name)}: ${outcome}\n${reasons}` });
      if (outcome === 'failed' || outcome === 'drift') context.exitWith(4);
    },
  );
}
