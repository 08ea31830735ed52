// `delegate`: let somebody else answer for a while, or take that back.
import { InvalidInputError } from '../../domain/errors.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import { readDeadline } from '../arguments.ts';
import { type AddCommand, examples } from '../command.ts';
import { actorOf, onTarget, type TargetOptions, targetOf, withActor } from '../on-stack.ts';

interface DelegateOptions extends TargetOptions {
  readonly as?: string;
  readonly until?: string;
  readonly end?: boolean;
  readonly reason?: string;
}

/** Adds the command. */
export const addDelegate: AddCommand = (program, context) => {
  const command = withActor(
    onTarget(
      program
        .command('delegate')
        .summary('let somebody else answer for a while')
        .description(
          'Let somebody else answer for you for a while, in the reviews that wait for you now. They need to be among those the review allows.',
        )
        .argument('<person>', 'who answers for you: person id, e-mail address or team')
        .option('--until <date>', 'the last day they may; at most 90 days ahead')
        .option('--end', 'they no longer answer for you')
        .option('--reason <text>', 'why'),
    ),
  );
  examples(
    command,
    'delegate omar.haddad --until 2026-12-04 --reason "on holiday" --as priya.nair',
    'delegate omar.haddad --end --as priya.nair',
  ).action(async (to: string, options: DelegateOptions) => {
    const { until, reason = '', end = false } = options;
    if (end === (until !== undefined)) {
      const message = 'Say until when (--until), or that it ends (--end).';
      throw new InvalidInputError({ code: 'BAD_ARGUMENT', message });
    }
    const target = await targetOf(context, options);
    const as = actorOf(context, options, target);
    const outcome =
      until === undefined
        ? await target.ask({ do: 'end-delegation', to, reason, as })
        : await target.ask({ do: 'delegate', to, until: readDeadline('--until', until), reason, as });
    context.say({ json: outcome, text: `${oneLine(outcome.text, 2000)}\n` });
  });
};
