// Serves the rung that is due to one docket's people, and records silence when grace is over.
import { openQueues } from '../lib/deployed/queues.ts';
import { start } from '../lib/deployed/start.ts';
import { openUseCases } from '../lib/deployed/use-cases.ts';
import { createHandler } from '../lib/runtime/handlers/do-work.ts';

/** Invoked by its queue. */
export const handler = await start('chase-owners', async (base) => {
  const { cases } = await openUseCases(base, { queue: openQueues(base) });
  return createHandler({ useCases: cases, log: base.log });
});
