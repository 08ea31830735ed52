// `approve`: a second person's word on a decision, an exception or a claim.
import { oneLine } from '../../presentation/web/safe-text.ts';
import { type AddCommand, examples } from '../command.ts';
import { actorOf, onTarget, type TargetOptions, targetOf, withActor } from '../on-stack.ts';

interface ApproveOptions extends TargetOptions {
  readonly as?: string;
  readonly disagree?: boolean;
  readonly reason?: string;
}

/** Adds the command. */
export const addApprove: AddCommand = (program, context) => {
  const command = withActor(
    onTarget(
      program
        .command('approve')
        .summary('agree, as a second person')
        .description(
          'Agree, as a second person, with a decision, an exception or a claim that waits for you (see inbox).',
        )
        .argument('<item>', '<campaign>/<identity>, as the inbox shows it')
        .option('--disagree', 'do not agree: the question is open again')
        .option('--reason <text>', 'why'),
    ),
  );
  examples(
    command,
    'approve quarterly-review-20261102/svc-settlement-runner --as diego.ramirez --reason "seen the code"',
    'approve quarterly-review-20261102/svc-feature-store --disagree --reason "no control in place" --as tomasz.wolski',
  ).action(async (item: string, options: ApproveOptions) => {
    const target = await targetOf(context, options);
    const agree = options.disagree !== true;
    const as = actorOf(context, options, target);
    const outcome = await target.ask({ do: 'approve', item, agree, reason: options.reason ?? '', as });
    context.say({ json: outcome, text: `${oneLine(outcome.text, 2000)}\n` });
  });
};
