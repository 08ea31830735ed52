// Serves the rung that is due to one docket's people, and records silence when grace is over.
import { Work } from '../lib/application/work.ts';
import type { Log } from '../lib/runtime/log.ts';
import { onQueue, type QueueHandler } from '../lib/runtime/on-queue.ts';
import type { UseCases } from '../lib/runtime/use-cases.ts';

/** Makes the queue-triggered function. */
export function createHandler({
  useCases,
  log,
}: {
  readonly useCases: Pick<UseCases, 'work'>;
  readonly log: Log;
}): QueueHandler {
  return onQueue(Work, log, useCases.work);
}
