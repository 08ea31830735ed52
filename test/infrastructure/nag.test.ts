import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { exampleWith } from './example-config.ts';
import { type SynthesiseOptions, synthesise } from './synthesise.ts';

const Report = z.object({
  pluginReports: z.array(
    z.object({
      pluginName: z.string(),
      conclusion: z.string(),
      violations: z.array(z.object({ ruleName: z.string() })),
      suppressedViolations: z.array(z.object({ ruleName: z.string(), reason: z.string() })).default([]),
    }),
  ),
});

type Reports = z.infer<typeof Report>['pluginReports'];
const made = new Map<string, Promise<Reports>>();

/** The report on such stacks, made once. */
function reportOf(options: SynthesiseOptions): Promise<Reports> {
  const key = JSON.stringify(options);
  const report = made.get(key) ?? makeReport(options);
  made.set(key, report);
  return report;
}

async function makeReport(options: SynthesiseOptions): Promise<Reports> {
  const { folder } = await synthesise({ ...options, checked: true });
  const { pluginReports } = Report.parse(
    JSON.parse(readFileSync(join(folder, 'validation-report.json'), 'utf8')),
  );
  return pluginReports;
}

describe('cdk-nag and CDK’s own rules find nothing that is not acknowledged', () => {
  test.each<[string, SynthesiseOptions, number]>([
    ['an installation', {}, 40],
    [
      'an installation whose connector works in its own account',
      { configFolder: exampleWith([[['connectors', 0, 'settings', 'assumeRole'], undefined]]) },
      60,
    ],
    [
      'an installation of a named account',
      {
        configFolder: exampleWith([
          [['account'], '111122223333'],
          [['region'], 'eu-central-1'],
        ]),
      },
      40,
    ],
    ['a witness', { stack: 'witness' }, 1],
    ['a member role', { stack: 'member-role' }, 3],
  ])('in %s', async (_what, options, acknowledged) => {
    const reports = await reportOf(options);

    expect(reports.flatMap(({ violations }) => violations)).toEqual([]);
    const nag = reports.find(({ pluginName }) => pluginName === 'AwsSolutions');
    expect(nag?.conclusion).toBe('success');
    expect(nag?.suppressedViolations.length).toBeGreaterThanOrEqual(acknowledged);
  });

  test('each acknowledged finding has its reason in the report', async () => {
    const [nag] = await reportOf({});

    expect(nag?.suppressedViolations.length).toBeGreaterThan(0);
    for (const finding of nag?.suppressedViolations ?? []) {
      expect(finding.reason, finding.ruleName).toMatch(/^[A-Z].{20,}\.$/);
    }
  });
});
