// Moves campaigns on when their time has come: due, grace over, closing.
import { countBySealing } from '../lib/deployed/calls.ts';
import { openOpening } from '../lib/deployed/opening.ts';
import { openQueues } from '../lib/deployed/queues.ts';
import { start } from '../lib/deployed/start.ts';
import { openUseCases } from '../lib/deployed/use-cases.ts';
import { createHandler } from '../lib/runtime/handlers/do-work.ts';

/** Invoked by its queue. */
export const handler = await start('advance-campaigns', async (base) => {
  const opening = openOpening(base);
  const { cases } = await openUseCases(base, {
    queue: openQueues(base),
    countAttestations: countBySealing(base),
    resumeOpening: async (campaignId, definitionId) => {
      await opening({ campaignId, definitionId, launchedBy: 'schedule' });
    },
  });
  return createHandler({ useCases: cases, log: base.log });
});
