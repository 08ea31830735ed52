import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMetrics } from '../../../lib/adapters/metrics/emf.ts';
import { createMetricAlarm } from '../../../lib/adapters/metrics/metric-alarm.ts';
import { instantOf } from '../../../lib/domain/time.ts';
import { jsonLog } from '../../../lib/runtime/log.ts';

const AT = Date.UTC(2026, 2, 2, 8);
const clock = { now: () => instantOf(AT) };

function open(stage = 'production') {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  return { lines, write, metrics: openMetrics({ write, stage, clock }) };
}

describe('a metric', () => {
  it('is one line of the log that CloudWatch reads', () => {
    const { lines, metrics } = open();

    metrics.put('InboxAge', 42.5, 'Seconds', { Queue: 'dockets' });

    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        _aws: {
          Timestamp: AT,
          CloudWatchMetrics: [
            {
              Namespace: 'Countersign',
              Dimensions: [['Stage', 'Queue']],
              Metrics: [{ Name: 'InboxAge', Unit: 'Seconds' }],
            },
          ],
        },
        Stage: 'production',
        Queue: 'dockets',
        InboxAge: 42.5,
      },
    ]);
  });

  it('is one whole line, whatever its dimensions hold, or refused', () => {
    const anyText = fc.oneof(
      { weight: 9, arbitrary: fc.string({ minLength: 1 }) },
      fc.constantFrom('', ' ', 'ü', 'a\nb', '\u0000', ':x', '_aws', 'Stage', '__proto__', '"}'),
    );
    const anyDimensions = fc.dictionary(anyText, anyText, { maxKeys: 5 });
    let written = 0;
    fc.assert(
      fc.property(
        anyText,
        fc.double({ noDefaultInfinity: true }),
        anyDimensions,
        (name, value, dimensions) => {
          const { lines, metrics } = open();
          try {
            metrics.put(name, value, 'Count', dimensions);
          } catch (error) {
            if (!(error instanceof RangeError)) throw error;
            expect(lines).toEqual([]);
            return;
          }
          written += 1;
          const [line = ''] = lines;
          const root = JSON.parse(line) as Record<string, unknown>;
          expect(line).not.toContain('\n');
          // Compared as numbers: JSON has no minus zero.
          expect(root[name] === value).toBe(true);
          for (const [dimension, held] of Object.entries({ Stage: 'production', ...dimensions }))
            expect(root[dimension]).toBe(held);
        },
      ),
      { numRuns: 120 },
    );
    expect(written).toBeGreaterThan(20);
  });

  it.each([
    ['', 1, {}],
    [' ', 1, {}],
    ['_aws', 1, {}],
    ['Stage', 1, {}],
    ['Queue', 1, { Queue: 'x' }],
    ['Größe', 1, {}],
    ['x'.repeat(256), 1, {}],
    ['Age', Number.NaN, {}],
    ['Age', Number.POSITIVE_INFINITY, {}],
    ['Age', 2 ** 361, {}],
    ['Age', 1, { ':Queue': 'x' }],
    ['Age', 1, { Queue: '' }],
    ['Age', 1, { Queue: 'ü' }],
    ['Age', 1, { Queue: 'x'.repeat(1025) }],
    ['Age', 1, Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`D${n}`, 'x']))],
  ])('that CloudWatch would drop in silence is refused: %s %s', (name, value, dimensions) => {
    const { lines, metrics } = open();

    expect(() => metrics.put(name, value, 'Count', dimensions)).toThrow(RangeError);
    expect(lines).toEqual([]);
  });

  it('needs a stage', () => {
    expect(() => open('')).toThrow(RangeError);
  });
});

describe('an alarm', () => {
  it('is a line for people with its ids, and a metric by its code', async () => {
    const { lines, write } = open();
    const log = jsonLog(write, clock.now);
    const alarm = createMetricAlarm({ write, log, stage: 'production', clock });

    await alarm.raise({
      code: 'FORK',
      message: 'The head does not extend the last.',
      details: { origin: 'log.example', oldSize: 7 },
    });

    const [said, counted] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(said).toMatchObject({
      level: 'error',
      message: 'ALARM FORK',
      reason: 'The head does not extend the last.',
      origin: 'log.example',
      oldSize: 7,
    });
    expect(counted).toMatchObject({ Stage: 'production', Code: 'FORK', Alarm: 1 });
  });
});
