// `campaign`: what one would ask, launching it, how far it has come, and steering it.
import type { Command } from 'commander';
import type { CampaignPreview } from '../../application/preview-campaign.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { campaignStatusText, campaignsText, previewText } from '../../presentation/terminal/campaign-text.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import { readCount } from '../arguments.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { launchDeployed } from '../launch-deployed.ts';
import {
  actorOf,
  lookOf,
  onTarget,
  type TargetOptions,
  targetOf,
  withActor,
  withProgress,
} from '../on-stack.ts';
import { readDefinitionFiles } from '../read-definitions.ts';

interface SteerOptions extends TargetOptions {
  readonly as?: string;
  readonly reason: string;
  readonly days?: string;
}

/** Adds the command. */
export const addCampaign: AddCommand = (program, context) => {
  const group = program
    .command('campaign')
    .description('Campaigns: preview, launch, status, hold, resume, extend, cancel.');
  addPreview(group, context);
  addLaunch(group, context);
  addStatus(group, context);
  addSteering(
    group,
    context,
    'hold',
    'Hold a campaign: nothing is chased or switched off until it is resumed.',
  );
  addSteering(group, context, 'resume', 'Resume a held campaign.');
  addSteering(group, context, 'cancel', 'Cancel a campaign; what it planned to switch off stays on.');
  addSteering(group, context, 'extend', 'Give an open campaign more days.');
};

function addPreview(group: Command, context: CliContext): void {
  const command = onTarget(
    group
      .command('preview')
      .description('Show who would be in and out, who would be asked, and when. Writes nothing.')
      .argument('<definition>', 'id of a definition in force, or a YAML file')
      .option('--all', 'list every identity'),
  );
  examples(
    command,
    'campaign preview quarterly-review',
    'campaign preview my-review.yaml --all',
    'campaign preview quarterly-review --json',
  ).action(async (definition: string, options: TargetOptions & { readonly all?: boolean }) => {
    const preview = await ask(context, definition, options);
    const look = lookOf(context, preview.startsAt);
    context.say({ json: preview, text: previewText(preview, look, options.all === true) });
  });
}

async function ask(
  context: CliContext,
  definition: string,
  options: TargetOptions,
): Promise<CampaignPreview> {
  const target = await targetOf(context, options);
  if (!/\.ya?ml$/.test(definition)) return target.ask({ do: 'preview', definitionId: definition });
  const [only] = await readDefinitionFiles(context, [definition]);
  const { where, value } = only ?? { where: definition, value: undefined };
  return target.ask({ do: 'preview-file', definition: { where, value } });
}

interface LaunchOptions extends TargetOptions {
  readonly as?: string;
  readonly id?: string;
  readonly wait: boolean;
}

function addLaunch(group: Command, context: CliContext): void {
  const command = withActor(
    onTarget(
      group
        .command('launch')
        .description('Open a campaign: freeze its population, write its questions, start asking.')
        .argument('<definition>', 'id of a definition in force')
        .option('--id <campaign>', 'a name of its own (default: <definition>-<yyyymmdd>)')
        .option('--no-wait', 'deployed installation: do not wait until it is open'),
    ),
  );
  examples(
    command,
    'campaign launch quarterly-review --as ines.moreau',
    'campaign launch quarterly-review --endpoint https://reviews.example.com',
  ).action(async (definitionId: string, options: LaunchOptions) => {
    const target = await targetOf(context, options);
    const as = actorOf(context, options, target);
    const asked = { definitionId, ...(options.id === undefined ? {} : { campaignId: options.id }) };
    if (target.kind === 'deployed') {
      const launched = await launchDeployed(context, target.installation, asked, options.wait);
      const { campaign, campaignId, executionArn } = launched;
      const text = campaign ? launchedText(campaign) : `${campaignId} is being opened.\n`;
      context.say({ json: campaign ?? { campaignId, executionArn }, text });
      return;
    }
    const campaign = await withProgress(context, (onProgress) =>
      target.local.ask({ do: 'launch', ...asked, as }, onProgress),
    );
    context.say({ json: campaign, text: launchedText(campaign) });
  });
}

function launchedText({ campaignId, state, counts, dueAt }: Campaign): string {
  const { included = 0, dockets = 0 } = counts ?? {};
  return `${campaignId} is ${state}: ${included} identities, ${dockets} reviewers, due ${dueAt}.\n`;
}

function addStatus(group: Command, context: CliContext): void {
  const command = onTarget(
    group
      .command('status')
      .description('How far a campaign has come, counted as of now. Without an id: every campaign.')
      .argument('[campaign]', 'id of the campaign'),
  );
  examples(command, 'campaign status', 'campaign status quarterly-review-20261102 --json').action(
    async (campaignId: string | undefined, options: TargetOptions) => {
      const target = await targetOf(context, options);
      if (campaignId === undefined) {
        const campaigns = await target.ask({ do: 'campaigns' });
        const { now } = await target.ask({ do: 'time' });
        context.say({ json: { asOf: now, campaigns }, text: campaignsText(campaigns, lookOf(context, now)) });
        return;
      }
      const status = await target.ask({ do: 'campaign', campaignId });
      context.say({ json: status, text: campaignStatusText(status, lookOf(context, status.asOf)) });
    },
  );
}

function addSteering(
  group: Command,
  context: CliContext,
  act: 'hold' | 'resume' | 'cancel' | 'extend',
  description: string,
): void {
  const command = withActor(
    onTarget(
      group
        .command(act)
        .description(`${description} Only its manager, compliance managers and admins may.`)
        .argument('<campaign>', 'id of the campaign')
        .requiredOption('--reason <text>', 'why'),
    ),
  );
  if (act === 'extend') command.requiredOption('--days <days>', 'how many days more');
  const days = act === 'extend' ? ' --days 7' : '';
  examples(command, `campaign ${act} quarterly-review-20261102${days} --reason "…" --as ines.moreau`).action(
    async (campaignId: string, options: SteerOptions) => {
      const { reason } = options;
      const steering =
        act === 'extend' ? { act, reason, days: readCount('--days', options.days ?? '') } : { act, reason };
      const target = await targetOf(context, options);
      const campaign = await target.ask({
        do: 'steer',
        campaignId,
        steering,
        as: actorOf(context, options, target),
      });
      const text = `${oneLine(campaign.title)} (${campaign.campaignId}) is ${campaign.state}, due ${campaign.dueAt}.\n`;
      context.say({ json: campaign, text });
    },
  );
}
