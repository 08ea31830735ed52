// `inbox`: what one person has to do, or who has anything to do.
import { inboxesText, inboxText } from '../../presentation/terminal/inbox-text.ts';
import { type AddCommand, examples } from '../command.ts';
import { lookOf, maybeActor, onStack, type StackOptions, stackOf, withActor } from '../on-stack.ts';

/** Adds the command. */
export const addInbox: AddCommand = (program, context) => {
  const command = withActor(
    onStack(
      program
        .command('inbox')
        .summary('what waits for a person')
        .description(
          'What waits for a person: questions, approvals, and what they can undo. Without --as: who has something to do.',
        ),
    ),
  );
  examples(command, 'inbox', 'inbox --as priya.nair', 'inbox --as priya.nair --json').action(
    async (options: StackOptions & { readonly as?: string }) => {
      const stack = await stackOf(context, options);
      const as = maybeActor(context, options);
      if (as === undefined) {
        const people = await stack.ask({ do: 'inboxes' });
        const { now } = await stack.ask({ do: 'clock' });
        context.say({ json: { asOf: now, people }, text: inboxesText(people, lookOf(context, now)) });
        return;
      }
      const desk = await stack.ask({ do: 'inbox', as });
      context.say({ json: desk, text: inboxText(desk, lookOf(context, desk.now)) });
    },
  );
};
