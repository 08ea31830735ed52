// `links`: review links in mails, taken back.
import { oneLine } from '../../presentation/web/safe-text.ts';
import { type AddCommand, examples } from '../command.ts';
import { actorOf, onTarget, type TargetOptions, targetOf, withActor } from '../on-stack.ts';

/** Adds the command. */
export const addLinks: AddCommand = (program, context) => {
  const group = program
    .command('links')
    .summary('revoke review links')
    .description('Links in mails to the review page. One only shows what waits; a code decides.');
  const command = withActor(
    onTarget(
      group
        .command('revoke')
        .description(
          'Revoke every review link sent to a person until now: your own, or anybody’s for security and admins.',
        )
        .argument('<person>', 'person id or e-mail address'),
    ),
  );
  examples(command, 'links revoke priya.nair --as ines.moreau').action(
    async (person: string, options: TargetOptions & { readonly as?: string }) => {
      const target = await targetOf(context, options);
      const as = actorOf(context, options, target);
      const outcome = await target.ask({ do: 'revoke-links', person, as });
      context.say({ json: outcome, text: `${oneLine(outcome.text, 2000)}\n` });
    },
  );
};
