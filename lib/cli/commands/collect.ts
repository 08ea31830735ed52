// `collect`: reads inventories, on the running stack or straight from files.
import type { Command } from 'commander';
import { collectionsText } from '../../presentation/terminal/collection-text.ts';
import { type AddCommand, examples } from '../command.ts';
import type { CliContext } from '../context.ts';
import { lookOf, onStack, type StackOptions, stackOf, withProgress } from '../on-stack.ts';

interface CollectOptions extends StackOptions {
  readonly from?: readonly string[];
  readonly asOf?: string;
}

/** Adds the command. */
export const addCollect: AddCommand = (program, context) => {
  const command: Command = onStack(
    program
      .command('collect')
      .summary('read inventories, from connectors or from files')
      .description(
        'Read the inventory of connectors on the running stack. With --from, read files instead: nothing is called and nothing is written.',
      )
      .argument('[connector...]', 'connectors to read (default: all; with --from: told from the files)')
      .option(
        '--from <file...>',
        'credential report, authorization details, account summary; CSV or JSON Lines of other systems',
      )
      .option('--as-of <time>', 'with --from: the moment ages are counted from (default: now)'),
  );
  examples(
    command,
    'collect',
    'collect aws-iam',
    'collect --from credential-report.csv --from authorization-details.json',
    'collect --from other-systems.jsonl --json',
  ).action(async (connectors: string[], options: CollectOptions) => {
    if (options.from === undefined) return collectOnStack(context, connectors, options);
    const { collectFiles } = await import('../collect-files.ts');
    return collectFiles(context, connectors, options.from, options.asOf);
  });
};

async function collectOnStack(
  context: CliContext,
  connectors: string[],
  options: CollectOptions,
): Promise<void> {
  const stack = await stackOf(context, options);
  const reports = await withProgress(context, (onProgress) =>
    stack.ask({ do: 'collect', connectors }, onProgress),
  );
  const look = lookOf(context, context.now());
  context.say({ json: { collections: reports }, text: collectionsText(reports, look) });
}
