// Answers given on the page or by command show in Slack, too.

import type { Environment } from '../application/environment.ts';
import { reviseDigest } from '../application/live-digest.ts';
import type { Messenger } from '../application/ports/messenger.ts';
import type { ActOutcome, ReviewActions } from '../application/review-actions.ts';
import type { Log } from './log.ts';

/** The same acts; whoever acts has their newest digest in Slack brought up to date. An answer counts even if that fails. */
export function freshDigests(
  actions: ReviewActions,
  deps: {
    readonly environment: Environment;
    readonly slack: Pick<Messenger, 'revise'>;
    readonly log: Pick<Log, 'warn'>;
  },
): ReviewActions {
  const revise = reviseDigest(deps.environment, actions, deps.slack);
  const fresh =
    <I extends { readonly who: { readonly personId: string } }>(act: (input: I) => Promise<ActOutcome>) =>
    async (input: I): Promise<ActOutcome> => {
      const outcome = await act(input);
      const { personId } = input.who;
      await revise(personId).catch((error: unknown) => {
        deps.log.warn('digest not revised', { personId, error });
      });
      return outcome;
    };
  return {
    ...actions,
    decide: fresh(actions.decide),
    keepGroup: fresh(actions.keepGroup),
    approve: fresh(actions.approve),
    claim: fresh(actions.claim),
    undo: fresh(actions.undo),
  };
}
