// Every minute: what is due goes to the workers' queues.
import type { Log } from '../log.ts';
import type { UseCases } from '../use-cases.ts';

/** Makes the scheduled function. */
export function createHandler({
  useCases,
  log,
}: {
  readonly useCases: Pick<UseCases, 'tick'>;
  readonly log: Log;
}) {
  return async (): Promise<{ readonly dispatched: number }> => {
    const dispatched = await useCases.tick();
    if (dispatched > 0) log.info('work dispatched', { dispatched });
    return { dispatched };
  };
}
