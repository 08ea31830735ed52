// `acknowledge`: management signs how a campaign ended; without a statement, only how its controls read.
import type { ControlReading } from '../../application/governance/control-reading.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { actorOf, onTarget, type TargetOptions, targetOf, withActor } from '../on-stack.ts';

interface AcknowledgeFlags extends TargetOptions {
  readonly as?: string;
  readonly statement?: string;
}

/** Adds the command. */
export const addAcknowledge: AddCommand = (program, context) => {
  const command = withActor(
    onTarget(
      program
        .command('acknowledge')
        .summary('management signs how a campaign ended')
        .description(
          'Sign for management how a closed campaign ended: reconciliation and findings. Only a manager of it who reviewed nothing in it may, within ten business days. Without --statement: show how its controls read.',
        )
        .argument('<campaign>', 'id of a campaign')
        .option('--statement <text>', 'what management has to say'),
    ),
  );
  examples(
    command,
    'acknowledge quarterly-review-20261102',
    'acknowledge quarterly-review-20261102 --statement "Seen; findings are being worked on." --as ines.moreau',
  ).action(async (campaignId: string, flags: AcknowledgeFlags) => {
    const target = await targetOf(context, flags);
    const { statement } = flags;
    if (statement === undefined) {
      const controls = await target.ask({ do: 'controls', campaignId });
      context.say({ json: { campaignId, controls }, text: controlsText(controls, context) });
      return;
    }
    const as = actorOf(context, flags, target);
    const given = await target.ask({ do: 'acknowledge', campaignId, statement, as });
    const what = given.fresh ? 'Acknowledged' : 'It had been acknowledged already,';
    const first = `${what} ${given.acknowledgedAt} (attestation ${given.attestationId.slice(0, 16)}…).\n`;
    context.say({ json: given, text: first + controlsText(given.controls, context) });
  });
};

function controlsText(controls: readonly ControlReading[], { paint: { out } }: CliContext): string {
  if (controls.length === 0)
    return 'Its definition serves no control that is read here (pci-dss-…/7.2.5.1).\n';
  const colour = {
    met: out.good,
    finding: out.warn,
    pending: out.warn,
    'not-met': out.bad,
  } as const;
  const lines = controls.flatMap(({ control, reading, parts }) => [
    `${out.bold(control)}: ${colour[reading](reading)}`,
    ...parts.map(
      (part) => `  ${colour[part.reading](part.reading.padEnd(8))} ${part.part}: ${oneLine(part.why, 1000)}`,
    ),
  ]);
  return `${lines.join('\n')}\n`;
}
