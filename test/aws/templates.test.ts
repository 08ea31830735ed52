// The templates, by the rules CloudFormation's own linter has: types, properties, values, references.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { synthesise } from '../infrastructure/synthesise.ts';
import { CACHE } from '../support/aws/places.ts';
import { installPythonTools, pythonTool } from '../support/aws/python-tools.ts';
import { runCommand } from '../support/aws/run-command.ts';

const FOLDER = join(CACHE, 'broken-templates');

/** Lints files; no text means that nothing was found. No rule is switched off. */
async function lint(...templates: readonly string[]): Promise<string> {
  return runCommand({
    program: pythonTool('cfn-lint'),
    args: ['--regions', 'eu-central-1', '--format', 'parseable', '--', ...templates],
    limitMs: 120_000,
  });
}

const templates: string[] = [];
beforeAll(async () => {
  await installPythonTools();
  for (const stack of ['service', 'witness', 'member-role'] as const) {
    const { folder } = await synthesise({ stack });
    const names = (await readdir(folder)).filter((name) => name.endsWith('.template.json'));
    templates.push(...names.map((name) => join(folder, name)));
  }
});

describe('every template', () => {
  it('passes cfn-lint, warnings included', async () => {
    expect(templates).toHaveLength(4);
    expect(await lint(...templates)).toBe('');
  });

  it('would not pass with a value that is none', async () => {
    const text = await readFile(templates.find((name) => name.includes('-Service')) ?? '', 'utf8');
    const changed = text.replace(/"Runtime":\s*"nodejs24\.x"/, '"Runtime":"nodejs4.x"');
    expect(changed).not.toBe(text);
    await rm(FOLDER, { recursive: true, force: true });
    await mkdir(FOLDER, { recursive: true });
    const broken = join(FOLDER, 'broken.template.json');
    await writeFile(broken, changed);

    await expect(lint(broken)).rejects.toThrow(/nodejs4\.x/);
  });
});
