// `enforcement`: how far removals are trusted per connector and tier; back to shadow by one person, armed again by two.

import type { Command } from 'commander';
import { Option } from 'commander';
import type { SwitchRecord } from '../../application/ports/records.ts';
import { RiskTier } from '../../domain/identity/risk-tier.ts';
import { enforcementText } from '../../presentation/terminal/enforcement-text.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import { type ByTwoOptions, sayByTwo, twoOf, withTwo } from '../by-two.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { actorOf, lookOf, onTarget, type TargetOptions, targetOf, withActor } from '../on-stack.ts';
import { quoted } from '../quoted.ts';

interface PartOptions {
  readonly tier?: RiskTier;
  readonly reason: string;
}

/** Adds the command. */
export const addEnforcement: AddCommand = (program, context) => {
  const group = program
    .command('enforcement')
    .summary('how far removals are trusted: status, disarm, arm')
    .description(
      'How far removals are trusted, per connector and tier: the mode, what shadow has shown, what is lacking to arm. One person sends back to shadow; it takes two to arm again.',
    );
  addStatus(group, context);
  addDisarm(group, context);
  addArm(group, context);
};

function addStatus(group: Command, context: CliContext): void {
  const command = onTarget(
    group
      .command('status')
      .description('Mode of each definition, connector and tier, with the numbers of shadow.'),
  );
  examples(command, 'enforcement status', 'enforcement status --json').action(
    async (options: TargetOptions) => {
      const target = await targetOf(context, options);
      const standing = await target.ask({ do: 'enforcement' });
      context.say({ json: standing, text: enforcementText(standing, lookOf(context, standing.asOf)) });
    },
  );
}

function withPart(command: Command): Command {
  return command
    .argument('<connector>', 'id of the connector')
    .addOption(
      new Option('--tier <tier>', 'of this tier only (default: every tier)').choices(RiskTier.options),
    );
}

function addDisarm(group: Command, context: CliContext): void {
  const command = withActor(
    onTarget(
      withPart(
        group
          .command('disarm')
          .description(
            'Send a connector back to shadow, in running campaigns too: what was to be switched off waits.',
          ),
      ).requiredOption('--reason <text>', 'why'),
    ),
  );
  examples(
    command,
    'enforcement disarm aws-iam --tier critical --reason "a wrong one in payments" --as tomasz.wolski',
  ).action(async (connector: string, options: TargetOptions & PartOptions & { readonly as?: string }) => {
    const target = await targetOf(context, options);
    const { tier = '*', reason } = options;
    const as = actorOf(context, options, target);
    const outcome = await target.ask({ do: 'turn-enforcement', act: 'disarm', connector, tier, reason, as });
    if ('done' in outcome) context.say(told(connector, tier, outcome.done));
  });
}

function addArm(group: Command, context: CliContext): void {
  const command = withTwo(
    onTarget(
      withPart(
        group
          .command('arm')
          .description(
            'Arm again what was sent back to shadow, approved by a second person. What was never armed is armed by a definition.',
          ),
      ).requiredOption('--reason <text>', 'why; the second person says the same'),
    ),
  );
  examples(
    command,
    'enforcement arm aws-iam --tier critical --reason "cause found" --as tomasz.wolski --approved-by ines.moreau',
    'enforcement arm aws-iam --reason "cause found" --endpoint https://reviews.example.com',
    'enforcement arm aws-iam --reason "cause found" --approve rq-0123456789abcdef01234567',
  ).action(async (connector: string, options: ByTwoOptions & PartOptions) => {
    const target = await targetOf(context, options);
    const { tier = '*', reason } = options;
    const people = twoOf(context, options, target);
    const outcome = await target.ask({
      do: 'turn-enforcement',
      act: 'arm',
      connector,
      tier,
      reason,
      ...people,
    });
    const only = tier === '*' ? '' : ` --tier ${tier}`;
    const again = `enforcement arm ${quoted(connector)}${only} --reason ${quoted(reason)}`;
    sayByTwo(context, outcome, again, (done) => told(connector, tier, done));
  });
}

function told(connector: string, tier: RiskTier | '*', state: SwitchRecord) {
  const part = `${oneLine(connector)}, ${tier === '*' ? 'every tier' : tier}`;
  const text = state.stopped ? 'is back in shadow' : 'is as armed as its definition says';
  return { json: { connector, tier, ...state }, text: `${part}, ${text} (${oneLine(state.reason)}).\n` };
}
