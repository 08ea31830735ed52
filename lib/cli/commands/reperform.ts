// `reperform`: does a pack's campaigns again from their raw inputs, and lists every difference.
import { createCelExpressions } from '../../adapters/cel/expressions.ts';
import { openPack } from '../../adapters/packs/open-pack.ts';
import type { Paint } from '../../presentation/terminal/paint.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import type { ReperformedCampaign } from '../../reperformance/difference.ts';
import { type Reperformance, reperformPack } from '../../reperformance/reperform-pack.ts';
import { type AddCommand, examples } from '../command.ts';

/** Adds the command. */
export const addReperform: AddCommand = (program, context) => {
  const command = program
    .command('reperform')
    .summary('do a pack’s campaigns again, from their raw inputs')
    .description(
      'Work a pack’s campaigns out again from its raw inputs and definitions: population, tiers, routing, snapshots, standing and outcomes. Lists every difference, and ends with 4 when there is one. Signatures are checked by "verify".',
    )
    .argument('<pack>', 'directory or zip');
  examples(command, 'reperform pack.zip', 'reperform pack.zip --json').action(async (path: string) => {
    const source = await openPack(context.path(path));
    try {
      const result = await reperformPack(source, (now) =>
        createCelExpressions({ clock: { now: () => now } }),
      );
      context.say({ json: result, text: textOf(result, context.paint.out) });
      if (!result.agrees) context.exitWith(4);
    } finally {
      await source.close();
    }
  });
};

function textOf({ campaigns, agrees }: Reperformance, paint: Paint): string {
  const nothing =
    campaigns.length === 0 ? ['The pack holds no opening of a campaign: there is nothing to do again.'] : [];
  const verdict = agrees ? paint.good('no differences') : paint.bad('DIFFERENCES');
  return [...nothing, ...campaigns.flatMap((campaign) => linesOf(campaign, paint)), verdict, ''].join('\n');
}

function linesOf(campaign: ReperformedCampaign, paint: Paint): string[] {
  const { campaignId, identities, snapshots, outcomes, differences, notReperformed } = campaign;
  return [
    paint.bold(oneLine(campaignId, 200)),
    `  ${identities} identities considered again, ${snapshots} snapshots made again byte for byte, ${outcomes} outcomes worked out again`,
    ...notReperformed.map((sentence) => `  ${paint.warn('NOT DONE AGAIN')} ${oneLine(sentence, 1000)}`),
    ...differences.map(
      ({ identityId, what, recomputed, recorded }) =>
        `  ${paint.bad('DIFFERS')} ${oneLine(identityId ?? 'campaign', 300)} ${oneLine(what, 200)}: ${oneLine(recomputed, 400)} worked out, ${oneLine(recorded, 400)} recorded`,
    ),
  ];
}
