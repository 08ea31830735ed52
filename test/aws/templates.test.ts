// The templates, by the rules CloudFormation's own linter has: types, properties, values, references.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { synthesize } from '../support/aws/cdk.ts';
import { CACHE } from '../support/aws/places.ts';
import { installPythonTools, pythonTool } from '../support/aws/python-tools.ts';
import { runCommand } from '../support/aws/run-command.ts';

const ASSEMBLY = join(CACHE, 'cdk-example');

/** Rules that are not kept, and why. */
const EXCEPT: Readonly<Record<string, string>> = {};

async function lint(...templates: readonly string[]): Promise<string> {
  const except = Object.keys(EXCEPT).flatMap((rule) => ['--ignore-checks', rule]);
  return runCommand({
    program: pythonTool('cfn-lint'),
    args: ['--regions', 'eu-central-1', '--format', 'parseable', ...except, '--', ...templates],
    limitMs: 120_000,
  });
}

beforeAll(async () => {
  await installPythonTools();
  await synthesize('example', ASSEMBLY);
});

describe('every template', () => {
  it('passes cfn-lint, warnings included', async () => {
    const names = (await readdir(ASSEMBLY)).filter((name) => name.endsWith('.template.json'));

    expect(names.length).toBeGreaterThanOrEqual(2);
    expect(await lint(...names.map((name) => join(ASSEMBLY, name)))).toBe('');
  });
});
