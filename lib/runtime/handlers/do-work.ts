// What a worker at the end of a queue does: the work its messages name.
import { Work } from '../../application/work.ts';
import type { Log } from '../log.ts';
import { onQueue, type QueueHandler } from '../on-queue.ts';
import type { UseCases } from '../use-cases.ts';

/** Makes the queue-triggered function. */
export function createHandler({
  useCases,
  log,
}: {
  readonly useCases: Pick<UseCases, 'work'>;
  readonly log: Log;
}): QueueHandler {
  return onQueue(Work, log, useCases.work, ({ work, key }) => ({ work, ...key }));
}
