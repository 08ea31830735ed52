// Raises alarms where an operator's alarms look: a line of the log for people, a metric for CloudWatch.
import type { Alarm } from '../../application/ports/alarm.ts';
import { type MetricsParts, openMetrics } from './emf.ts';

/** Name of the metric; its dimension `Code` says what kind of trouble. */
export const ALARM_METRIC = 'Alarm';

/** Makes the alarm: an error line with the ids, and `Alarm` = 1 with the dimensions `Stage` and `Code`. */
export function createMetricAlarm(
  parts: MetricsParts & {
    readonly log: { error(message: string, fields?: Readonly<Record<string, unknown>>): void };
  },
): Alarm {
  const metrics = openMetrics(parts);
  return {
    raise: async ({ code, message, details }) => {
      parts.log.error(`ALARM ${code}`, { ...details, alarm: code, reason: message, fix: 'docs/runbook.md' });
      metrics.put(ALARM_METRIC, 1, 'Count', { Code: code });
    },
  };
}
