// Every minute: what is due goes to the workers' queues; once a week summaries are planned.
import type { Log } from '../log.ts';
import type { UseCases } from '../use-cases.ts';

/** Makes the scheduled function. */
export function createHandler({
  useCases,
  log,
}: {
  readonly useCases: Pick<UseCases, 'tick' | 'planSummaries'>;
  readonly log: Log;
}) {
  return async (): Promise<{ readonly dispatched: number }> => {
    const dispatched = await useCases.tick();
    const summaries = await useCases.planSummaries();
    if (summaries > 0) log.info('weekly summaries planned', { people: summaries });
    if (dispatched > 0) log.info('work dispatched', { dispatched });
    return { dispatched };
  };
}
