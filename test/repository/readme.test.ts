// No command in the README is unaccounted for: it is run here, or by the suite named here.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../lib/cli/run.ts';
import { connectorRegistry } from '../../lib/connectors/registry.ts';
import { instantOf } from '../../lib/domain/time.ts';
import { argumentsOf, isOnStack, readmeCommands } from './readme-commands.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** Commands too slow or too large to run here, and the test that runs them: its file, and what it says to do so. */
const RUN_ELSEWHERE: Readonly<Record<string, readonly [file: string, evidence: string]>> = {
  'npm run demo': ['test/tools/screens.test.ts', "'npm', ['run', '-s', 'demo'"],
  'npm run countersign -- local up': ['test/tools/commands.test.ts', "'countersign', '--', 'local', 'up'"],
  'npm run demo -- --autoplay': ['test/tools/autoplay.test.ts', "'demo', '--', '--autoplay', '--json'"],
};

/** Commands that talk to a running stack: test/tools/commands.test.ts takes them from the README and runs each. */
const ON_A_STACK = readmeCommands.filter(isOnStack);

/** Commands over somebody's own files: run here with `--help`, which has to know every option. */
const WITH_OWN_FILES = [
  'npm run countersign -- collect --from credential-report.csv authorization-details.json',
  'npm run demo -- --credential-report credential-report.csv --authorization-details authorization-details.json --owners owners.csv',
];

/** Runs the command in this process, with a terminal that remembers. */
async function countersign(...argv: string[]): Promise<{ readonly code: number; readonly said: string }> {
  let said = '';
  const stream = { write: (text: string) => void (said += text), isTerminal: false, columns: 200 };
  const code = await run(argv, {
    out: stream,
    err: stream,
    env: {},
    cwd: ROOT,
    now: () => instantOf(Date.now()),
    interrupted: new AbortController().signal,
  });
  return { code, said };
}

describe('the commands of the README', () => {
  it('are all accounted for', () => {
    const known = ['npm ci', 'npm test', ...Object.keys(RUN_ELSEWHERE), ...ON_A_STACK, ...WITH_OWN_FILES];

    expect(ON_A_STACK.length).toBeGreaterThan(3);
    expect(new Set(readmeCommands)).toEqual(new Set(known));
  });

  it('set everything up from the lock file, which has what package.json asks for', () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, Partial<typeof PACKAGE>>>;
    };

    expect(lock.packages['']?.dependencies).toEqual(PACKAGE.dependencies);
    expect(lock.packages['']?.devDependencies).toEqual(PACKAGE.devDependencies);
    expect(PACKAGE.engines.node).toBe('>=20');
    expect(README).toContain('Node 20 or newer');
  });

  it('run the very tests that are running', () => {
    expect(PACKAGE.scripts['test']).toBe('vitest run');
    expect(process.env['VITEST']).toBe('true');
  });

  it('start the command by script, on the Node that the project brings', () => {
    const said = execFileSync('npm', ['run', '-s', 'countersign', '--', '--help'], {
      cwd: ROOT,
      encoding: 'utf8',
    });

    expect(said).toContain('Usage: countersign');
    expect(PACKAGE.scripts['demo']).toBe('node bin/countersign.ts demo');
  });

  it.each(Object.entries(RUN_ELSEWHERE))('%s is run by a suite of its own', (_command, [file, evidence]) => {
    const words = (text: string): string => text.replaceAll(/\s+/g, ' ');

    expect(words(readFileSync(join(ROOT, file), 'utf8'))).toContain(evidence);
  });

  it.each(WITH_OWN_FILES)('%s has options that exist', async (line) => {
    const [command = '', ...rest] = argumentsOf(line);
    const { code, said } = await countersign(command, '--help');

    expect(code).toBe(0);
    for (const option of rest.filter((word) => word.startsWith('--'))) expect(said).toContain(`${option} <`);
  });

  it('say what is in an account’s two files', async () => {
    const { code, said } = await countersign(
      'collect',
      '--from',
      'test/fixtures/iam/report-cloudmapper.csv',
      'test/fixtures/iam/details-cloudmapper.json',
      '--json',
    );

    expect({ code, said }).toMatchObject({ code: 0 });
    expect(JSON.parse(said.trim().split('\n').at(-1) ?? '')).toHaveProperty('collections');
  });
});

describe('what the README says there is', () => {
  /** First cell of the rows of the command table, and the words in their second cell. */
  const rows = [...README.matchAll(/^\| (`[a-z`, ]+`) \| (.+) \|$/gm)].map(([, names = '', words = '']) => ({
    names: [...names.matchAll(/`([a-z]+)`/g)].map(([, name = '']) => name),
    words: [...words.matchAll(/`([a-z]+)[^`]*`/g)].map(([, word = '']) => word),
  }));

  it('has every command, and none that does not exist', async () => {
    const { said } = await countersign('--help');
    const list = said.split('Commands:')[1]?.split('Exit codes')[0] ?? '';
    const existing = [...list.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);

    expect(existing.length).toBeGreaterThan(0);
    expect(rows.flatMap(({ names }) => names).toSorted()).toEqual(existing.toSorted());
  });

  it('has every subcommand it names', async () => {
    for (const { names, words } of rows.filter((row) => row.words.length > 0)) {
      const { said } = await countersign(names[0] ?? '', '--help');
      for (const word of words) expect(said, `${names[0]} ${word}`).toMatch(new RegExp(`^ {2}${word} `, 'm'));
    }
  });

  it('names every connector', () => {
    for (const id of connectorRegistry.keys()) expect(README).toContain(`\`${id}\``);
  });

  it('has pictures that load quickly', () => {
    const pictures = [...README.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path = '']) => join(ROOT, path));

    expect(pictures).toHaveLength(2);
    for (const picture of pictures) expect(statSync(picture).size).toBeLessThan(300_000);
  });
});
