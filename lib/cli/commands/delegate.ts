// `delegate`: let somebody else answer for a while, or take that back.
import { InvalidInputError } from '../../domain/errors.ts';
import { oneLine } from '../../presentation/web/safe-text.ts';
import { readDeadline, readInstant } from '../arguments.ts';
import { type AddCommand, examples } from '../command.ts';
import { actorOf, onTarget, type TargetOptions, targetOf, withActor } from '../on-stack.ts';

interface DelegateOptions extends TargetOptions {
  readonly as?: string;
  readonly for?: string;
  readonly to?: string;
  readonly from?: string;
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
          'Let somebody else answer for you for a while, in the reviews that wait for you now and those opened meanwhile. They need to be among those the review allows. For somebody who has left or is away (--for) their manager, a compliance manager or an admin can do so.',
        )
        .argument('[person]', 'who answers: person id, e-mail address or team')
        .option('--to <person>', 'who answers, as an option')
        .option('--for <person>', 'in whose place: person id or e-mail address of who has left or is away')
        .option('--from <date>', 'the first day they may; absent: now')
        .option('--until <date>', 'the last day they may; at most 90 days ahead')
        .option('--end', 'they no longer answer')
        .option('--reason <text>', 'why'),
    ),
  );
  examples(
    command,
    'delegate omar.haddad --until 2026-12-04 --reason "on holiday" --as priya.nair',
    'delegate omar.haddad --from 2026-12-21 --until 2027-01-03 --as priya.nair',
    'delegate --for priya.nair --to omar.haddad --until 2026-12-04 --as ines.moreau',
    'delegate omar.haddad --end --as priya.nair',
  ).action(async (person: string | undefined, options: DelegateOptions) => {
    const { until, from, reason = '', end = false } = options;
    const to = person ?? options.to;
    if (to === undefined || (person !== undefined && options.to !== undefined)) {
      const message = 'Say once who answers: as <person> or with --to.';
      throw new InvalidInputError({ code: 'BAD_ARGUMENT', message });
    }
    if (end && from !== undefined) {
      const message = 'An end (--end) has no first day (--from).';
      throw new InvalidInputError({ code: 'BAD_ARGUMENT', message });
    }
    if (end === (until !== undefined)) {
      const message = 'Say until when (--until), or that it ends (--end).';
      throw new InvalidInputError({ code: 'BAD_ARGUMENT', message });
    }
    const target = await targetOf(context, options);
    const as = actorOf(context, options, target);
    const outcome =
      until === undefined
        ? await target.ask({ do: 'end-delegation', to, for: options.for, reason, as })
        : await target.ask({
            do: 'delegate',
            to,
            for: options.for,
            fromAt: from === undefined ? undefined : readInstant('--from', from),
            until: readDeadline('--until', until),
            reason,
            as,
          });
    context.say({ json: outcome, text: `${oneLine(outcome.text, 2000)}\n` });
  });
};
