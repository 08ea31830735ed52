// On a schedule: reads the inventory of one connector, or of all.
import * as z from 'zod';
import type { Log } from '../log.ts';
import type { UseCases } from '../use-cases.ts';

const CollectEvent = z.object({ connector: z.string().optional() });

/** Makes the scheduled function. */
export function createHandler({
  useCases,
  log,
}: {
  readonly useCases: Pick<UseCases, 'collect'>;
  readonly log: Log;
}) {
  return async (event: unknown): Promise<{ readonly identities: number }> => {
    const { connector } = CollectEvent.parse(event ?? {});
    const outcomes = await useCases.collect(connector);
    for (const { connector: id, report } of outcomes) {
      log.info('collected', {
        connector: id,
        identities: report.identities,
        completeness: report.completeness,
      });
      for (const warning of report.warnings) log.warn('collection warning', { connector: id, warning });
    }
    return { identities: outcomes.reduce((sum, { report }) => sum + report.identities, 0) };
  };
}
