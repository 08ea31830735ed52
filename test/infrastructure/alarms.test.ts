import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ALARM_METRIC } from '../../lib/adapters/metrics/metric-alarm.ts';
import type { AlarmCall } from '../../lib/application/ports/alarm.ts';
import {
  type AlarmEntry,
  RAISED,
  SERVICE_ALARMS,
  WITNESS_ALARMS,
} from '../../lib/infrastructure/alarm-list.ts';
import { type FoundResource, resourcesOf, synthesise } from './synthesise.ts';

const RUNBOOK = join(import.meta.dirname, '..', '..', 'docs', 'runbook.md');

let service: FoundResource[];
let witness: FoundResource[];

beforeAll(async () => {
  service = resourcesOf((await synthesise()).template('-Service'), 'AWS::CloudWatch::Alarm');
  const { template } = await synthesise({ stack: 'witness' });
  witness = resourcesOf(template('-Witness'), 'AWS::CloudWatch::Alarm');
});

/** The anchor GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

describe('alarms', () => {
  test.each<[string, () => FoundResource[], readonly AlarmEntry[], string]>([
    ['the service', () => service, SERVICE_ALARMS, 'countersign-example'],
    ['a witness', () => witness, WITNESS_ALARMS, 'countersign-witness-example'],
  ])('of %s are those of the list, each with its section of the runbook', (_whose, made, entries, prefix) => {
    const described = made().map(({ properties }) => [
      properties['AlarmName'],
      properties['AlarmDescription'],
    ]);

    expect(Object.fromEntries(described)).toEqual(
      Object.fromEntries(
        entries.map(({ id, title, why, anchor }) => [
          `${prefix}-${id}`,
          `${title}. ${why} See docs/runbook.md#${anchor}`,
        ]),
      ),
    );
  });

  test('each goes to the topic', () => {
    for (const { properties } of [...service, ...witness]) {
      expect(properties['AlarmActions']).toHaveLength(1);
      expect(properties['ActionsEnabled']).not.toBe(false);
    }
  });

  test('ids are unique', () => {
    const ids = [...SERVICE_ALARMS, ...WITNESS_ALARMS].map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
  });

  test('whatever the product itself raises is watched, under the name it is written by', () => {
    const codes: Record<AlarmCall['code'], string> = RAISED;
    const watched = service.flatMap(({ properties }) =>
      properties['MetricName'] === ALARM_METRIC ? [properties['Dimensions']] : [],
    );

    expect(watched).toEqual(
      expect.arrayContaining(
        Object.keys(codes).map((Value) => [
          { Name: 'Code', Value },
          { Name: 'Stage', Value: 'example' },
        ]),
      ),
    );
    expect(watched).toHaveLength(Object.keys(codes).length);
  });

  test('silence of the pulse is an alarm; silence of anything else is not', () => {
    const breaching = service.filter(({ properties }) => properties['TreatMissingData'] === 'breaching');

    expect(breaching.map(({ properties }) => properties['AlarmName'])).toEqual([
      'countersign-example-pulse-missing',
    ]);
  });

  test('every section they name is there', () => {
    const headings = readFileSync(RUNBOOK, 'utf8').matchAll(/^#{1,6} (.+)$/gm);
    const anchors = new Set([...headings].map(([, heading = '']) => anchorOf(heading)));

    expect(anchors.size).toBeGreaterThan(10);
    for (const { id, anchor } of [...SERVICE_ALARMS, ...WITNESS_ALARMS]) {
      expect(anchors.has(anchor), `${id}: docs/runbook.md#${anchor}`).toBe(true);
    }
  });
});
