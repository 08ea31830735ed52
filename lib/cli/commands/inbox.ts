// `inbox`: what one person has to do, or who has anything to do.
import { inboxesText, inboxText } from '../../presentation/terminal/inbox-text.ts';
import { type AddCommand, examples } from '../command.ts';
import { lookOf, maybeActor, onTarget, type TargetOptions, targetOf, withActor } from '../on-stack.ts';

/** Adds the command. */
export const addInbox: AddCommand = (program, context) => {
  const command = withActor(
    onTarget(
      program
        .command('inbox')
        .summary('what waits for a person')
        .description(
          'What waits for a person: questions, approvals, and what they can undo. Without --as, on the embedded stack: who has something to do.',
        )
        .option('--everyone', 'who has something to do'),
    ),
  );
  examples(
    command,
    'inbox',
    'inbox --as priya.nair',
    'inbox --as priya.nair --json',
    'inbox --everyone',
  ).action(async (options: TargetOptions & { readonly as?: string; readonly everyone?: boolean }) => {
    const target = await targetOf(context, options);
    const as = maybeActor(context, options, target);
    if (options.everyone === true || (as === undefined && target.kind === 'embedded')) {
      const people = await target.ask({ do: 'inboxes' });
      const { now } = await target.ask({ do: 'time' });
      context.say({ json: { asOf: now, people }, text: inboxesText(people, lookOf(context, now)) });
      return;
    }
    const desk = await target.ask({ do: 'inbox', as });
    context.say({ json: desk, text: inboxText(desk, lookOf(context, desk.now)) });
  });
};
