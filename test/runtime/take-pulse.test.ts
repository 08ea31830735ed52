import { expect, test } from 'vitest';
import { openMetrics } from '../../lib/adapters/metrics/emf.ts';
import { takePulse } from '../../lib/application/take-pulse.ts';
import { createHandler } from '../../lib/runtime/handlers/take-pulse.ts';
import { jsonLog } from '../../lib/runtime/log.ts';
import { ownedIdentity } from '../support/reviews.ts';
import { world } from '../support/world.ts';

test('the pulse is written as metrics of the stage, and each campaign as a line with its id', async () => {
  const w = await world({ identities: [ownedIdentity('a1', 'ada')] });
  const { campaignId } = await w.open();
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const handler = createHandler({
    pulse: takePulse(w.environment),
    metrics: openMetrics({ write, stage: 'test', clock: w.clock }),
    log: jsonLog(write, w.clock.now),
  });
  const { measured } = await handler({ whole: true });

  const written = lines.map((line) => JSON.parse(line));
  const metrics = written.filter((line) => '_aws' in line);
  expect(metrics).toHaveLength(measured);
  expect(metrics.find((line) => 'OpenItems' in line)).toMatchObject({
    Stage: 'test',
    OpenItems: 1,
    _aws: {
      CloudWatchMetrics: [
        {
          Namespace: 'Countersign',
          Dimensions: [['Stage']],
          Metrics: [{ Name: 'OpenItems', Unit: 'Count' }],
        },
      ],
    },
  });
  expect(written.filter((line) => line.message === 'campaign counted')).toEqual([
    expect.objectContaining({ campaignId, OpenItems: 1, WaitingDockets: 1 }),
  ]);
  expect(JSON.stringify(metrics)).not.toContain(campaignId);
});

test('without an event it counts what it always counts', async () => {
  const w = await world({ identities: [] });
  const names: string[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const handler = createHandler({
    pulse: async () => ({ at: w.clock.now(), values: { InboxDepth: 0 }, campaigns: [] }),
    metrics: { put: (name) => void names.push(name) },
    log,
  });
  expect(await handler(undefined)).toEqual({ measured: 1 });
  expect(names).toEqual(['InboxDepth']);
});
