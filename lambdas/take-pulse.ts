// Measures what waits, what is late and what went wrong.
import { openMetrics } from '../lib/adapters/metrics/emf.ts';
import { takePulse } from '../lib/application/take-pulse.ts';
import { openEnvironment } from '../lib/deployed/environment.ts';
import { start } from '../lib/deployed/start.ts';
import { createHandler } from '../lib/runtime/handlers/take-pulse.ts';

/** Invoked by the schedule. */
export const handler = await start('take-pulse', async (base) => {
  const { environment } = await openEnvironment(base);
  const { write, settings, clock, log } = base;
  return createHandler({
    pulse: takePulse(environment),
    metrics: openMetrics({ write, stage: settings.stage, clock }),
    log,
  });
});
