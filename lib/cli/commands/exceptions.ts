// `exceptions`: risks that somebody accepts for a while, and what stands instead.
import { exceptionsTable } from '../../presentation/terminal/exception-list.ts';
import { type AddCommand, examples } from '../command.ts';
import { lookOf, onTarget, type TargetOptions, targetOf } from '../on-stack.ts';

interface ListOptions extends TargetOptions {
  readonly campaign?: string;
  readonly past?: boolean;
}

/** Adds the command. */
export const addExceptions: AddCommand = (program, context) => {
  const group = program
    .command('exceptions')
    .summary('risks that somebody accepts for a while')
    .description('Risks that somebody accepts for a while, and what stands instead.');
  const command = onTarget(
    group
      .command('list')
      .description('List exceptions asked for and granted; what ends first comes first.')
      .option('--campaign <id>', 'of this campaign only')
      .option('--past', 'those refused, ended and answered anew, too'),
  );
  examples(
    command,
    'exceptions list',
    'exceptions list --campaign quarterly-review-20261102 --past --json',
  ).action(async ({ campaign, past, ...options }: ListOptions) => {
    const target = await targetOf(context, options);
    const exceptions = await target.ask({
      do: 'exceptions',
      ...(campaign === undefined ? {} : { campaignId: campaign }),
      ...(past === undefined ? {} : { past }),
    });
    const { now } = await target.ask({ do: 'time' });
    const table = exceptionsTable(exceptions, lookOf(context, now));
    context.say({ json: { asOf: now, exceptions }, text: table === '' ? 'Exceptions: none\n' : table });
  });
};
