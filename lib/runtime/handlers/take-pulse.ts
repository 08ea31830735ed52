// Every few minutes: what waits, what is late and what went wrong, as metrics; campaigns one by one as log lines.
import * as z from 'zod';
import type { Pulse, PulseDepth } from '../../application/take-pulse.ts';
import { PULSE_METRIC_NAMES, type PulseMetric, pulseMetric } from '../../pulse-metrics.ts';
import type { Log } from '../log.ts';

/** Counts campaigns through whatever the time: `{"whole":true}`. */
const PulseEvent = z.looseObject({ whole: z.boolean().default(false) });

/** What the function is made of. */
export interface TakePulseDeps {
  readonly pulse: (depth: PulseDepth) => Promise<Pulse>;
  readonly metrics: { put(name: PulseMetric, value: number, unit: 'Count' | 'Seconds'): void };
  readonly log: Log;
}

/** Makes the scheduled function. */
export function createHandler({ pulse, metrics, log }: TakePulseDeps) {
  return async (event: unknown): Promise<{ readonly measured: number }> => {
    const { whole } = PulseEvent.parse(event ?? {});
    const { values, campaigns } = await pulse(whole ? 'whole' : 'auto');
    let measured = 0;
    for (const name of PULSE_METRIC_NAMES) {
      const value = values[name];
      if (value === undefined) continue;
      metrics.put(name, value, pulseMetric(name).unit);
      measured += 1;
    }
    for (const { campaignId, values } of campaigns) log.info('campaign counted', { campaignId, ...values });
    return { measured };
  };
}
