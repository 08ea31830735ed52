// `collect`: reads inventories, on the running stack or straight from files.
import type { Command } from 'commander';
import { InvalidInputError } from '../../domain/errors.ts';
import { collectionsText } from '../../presentation/terminal/collection-text.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { lookOf, onTarget, type TargetOptions, targetOf, withProgress } from '../on-stack.ts';
import { type OwnerOptions, ownerPathsOf, withOwnerFiles } from '../owner-files.ts';

interface CollectOptions extends TargetOptions, OwnerOptions {
  readonly from?: readonly string[];
  readonly asOf?: string;
  readonly wait: boolean;
}

/** Adds the command. */
export const addCollect: AddCommand = (program, context) => {
  const command: Command = onTarget(
    withOwnerFiles(
      program
        .command('collect')
        .summary('read inventories, from connectors or from files')
        .description(
          'Read the inventory of connectors. With --from, read files instead: nothing is called and nothing is written.',
        )
        .argument('[connector...]', 'connectors to read (default: all; with --from: told from the files)')
        .option(
          '--from <file...>',
          'credential report, authorization details, account summary; CSV or JSON Lines of other systems',
        )
        .option('--as-of <time>', 'with --from: the moment ages are counted from (default: now)'),
    ).option('--no-wait', 'deployed installation: do not wait until it is done'),
  );
  examples(
    command,
    'collect',
    'collect aws-iam',
    'collect --endpoint https://reviews.example.com --no-wait',
    'collect --from credential-report.csv --from authorization-details.json',
    'collect --from authorization-details.json --codeowners github.com/acme/infra=CODEOWNERS',
    'collect --from other-systems.jsonl --json',
  ).action(async (connectors: string[], options: CollectOptions) => {
    const owners = ownerPathsOf(context, options);
    if (options.from === undefined) {
      const [given] = Object.keys(owners);
      if (given === undefined) return collectOnTarget(context, connectors, options);
      throw new InvalidInputError({
        code: 'BAD_ARGUMENT',
        message: `--${given}: only together with --from; an installation has its own files of owners.`,
      });
    }
    const { collectFiles } = await import('../collect-files.ts');
    return collectFiles(context, connectors, { files: options.from, asOf: options.asOf, owners });
  });
};

async function collectOnTarget(
  context: CliContext,
  connectors: string[],
  options: CollectOptions,
): Promise<void> {
  const target = await targetOf(context, options);
  const look = lookOf(context, context.now());
  if (target.kind === 'deployed') {
    const { collectDeployed } = await import('../collect-deployed.ts');
    const collected = await collectDeployed(context, target.installation, connectors, options.wait);
    const { collections } = collected;
    const started = `Reading ${collected.expected.join(', ')}.\n`;
    context.say({ json: collected, text: options.wait ? collectionsText(collections, look) : started });
    return;
  }
  const reports = await withProgress(context, (onProgress) =>
    target.local.ask({ do: 'collect', connectors }, onProgress),
  );
  context.say({ json: { collections: reports }, text: collectionsText(reports, look) });
}
