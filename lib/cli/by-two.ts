// Acts that take two people, as commands: named on the embedded stack, acting themselves on a deployed installation.
import type { Command } from 'commander';
import { InvalidInputError } from '../domain/errors.ts';
import type { ByTwoOutcome } from '../runtime/control/by-two.ts';
import type { ByTwo } from '../runtime/control/protocol.ts';
import type { CliContext } from './context.ts';
import { actorOf, type TargetOptions, withActor } from './on-stack.ts';
import type { Target } from './target.ts';

/** Options of such a command. */
export interface ByTwoOptions extends TargetOptions {
  readonly as?: string;
  readonly approvedBy?: string;
  readonly approve?: string;
}

/** Adds `--as`, `--approved-by` and `--approve`. */
export function withTwo(command: Command): Command {
  return withActor(command)
    .option('--approved-by <person>', 'embedded stack: the second person')
    .option(
      '--approve <request>',
      'deployed installation: you are the second person; the id that the first one got, for the same command',
    );
}

/** The two people of an act, as far as the command line tells. @throws InvalidInputError when the second must be named */
export function twoOf(context: CliContext, options: ByTwoOptions, target: Target): ByTwo {
  const as = actorOf(context, options, target);
  const { approvedBy, approve } = options;
  if (target.kind === 'embedded' && approvedBy === undefined && approve === undefined) {
    throw new InvalidInputError({ code: 'BAD_ARGUMENT', message: '--approved-by: name the second person.' });
  }
  return { as, approvedBy, approve };
}

/**
 * Says what came of it: what was done, or what the second person has to run.
 * @param again the command line that was run, without who acts
 */
export function sayByTwo<T>(
  context: CliContext,
  outcome: ByTwoOutcome<T>,
  again: string,
  told: (done: T) => { readonly json: unknown; readonly text: string },
): void {
  if ('done' in outcome) {
    context.say(told(outcome.done));
    return;
  }
  const { requestId, by, expiresAt } = outcome.waits;
  context.say({
    json: { waits: outcome.waits },
    text: `Asked for by ${by}; nothing is done yet. It takes a second person, who runs, until ${expiresAt}:\n  countersign ${again} --approve ${requestId}\n`,
  });
}
