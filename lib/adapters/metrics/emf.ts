// Metrics as lines of a log, from which CloudWatch makes them: the embedded metric format. No call, no waiting.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
import type { Clock } from '../../application/ports/clock.ts';
import { millisOf } from '../../domain/time.ts';

/** Units we use, of those CloudWatch knows. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
export type MetricUnit = 'Count' | 'Seconds' | 'Milliseconds' | 'Bytes' | 'Percent' | 'None';

/** Writes metrics. */
export interface Metrics {
  /**
   * Writes one value. `Stage` is a dimension of every metric; each combination of others is a metric of its own, charged as
   * such: use words, never ids.
   * @throws RangeError for a value or a name that CloudWatch would drop in silence
   */
  put(name: string, value: number, unit: MetricUnit, dimensions?: Readonly<Record<string, string>>): void;
}

/** What is the same for all metrics of a function. */
export interface MetricsParts {
  /** Writes one line of standard output, as it is: `console.log` of Lambda would wrap it, and CloudWatch not see it. */
  readonly write: (line: string) => void;
  readonly namespace?: string;
  readonly stage: string;
  readonly clock: Clock;
}

/** CloudWatch takes no more dimensions, `Stage` included. */
const MAX_DIMENSIONS = 30;
/** Nor larger values. */
const MAX_MAGNITUDE = 2 ** 360;

/** Opens the metrics of a function. @throws RangeError for a namespace or stage that CloudWatch would not take */
export function openMetrics({ write, namespace = 'Countersign', stage, clock }: MetricsParts): Metrics {
  requireText('namespace', namespace, 255);
  requireText('dimension Stage', stage, 1024);
  return {
    put: (name, value, unit, others = {}) => {
      const dimensions = { Stage: stage, ...others };
      requireMetric(name, value, dimensions);
      write(
        JSON.stringify({
          _aws: {
            Timestamp: millisOf(clock.now()),
            CloudWatchMetrics: [
              {
                Namespace: namespace,
                Dimensions: [Object.keys(dimensions)],
                Metrics: [{ Name: name, Unit: unit }],
              },
            ],
          },
          ...dimensions,
          [name]: value,
        }),
      );
    },
  };
}

function requireMetric(name: string, value: number, dimensions: Readonly<Record<string, string>>): void {
  requireText('metric name', name, 255);
  if (name === '_aws' || Object.hasOwn(dimensions, name))
    throw new RangeError(`"${name}" cannot name a metric beside a dimension of that name.`);
  if (!Number.isFinite(value) || Math.abs(value) > MAX_MAGNITUDE)
    throw new RangeError(`${name} cannot be ${value}.`);
  const names = Object.keys(dimensions);
  if (names.length > MAX_DIMENSIONS)
    throw new RangeError(`${name} has ${names.length} dimensions; ${MAX_DIMENSIONS} are the most.`);
  for (const dimension of names) {
    requireText('dimension name', dimension, 255);
    if (dimension.startsWith(':') || dimension === '_aws')
      throw new RangeError(`"${dimension}" cannot name a dimension.`);
    requireText(`dimension ${dimension}`, dimensions[dimension] ?? '', 1024);
  }
}

function requireText(what: string, text: string, most: number): void {
  // ASCII without controls, and not only spaces.
  if (text.length <= most && /^[\x20-\x7e]*$/.test(text) && text.trim() !== '') return;
  throw new RangeError(`The ${what} must be 1 to ${most} printable ASCII characters.`);
}
