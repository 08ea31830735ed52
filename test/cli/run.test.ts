import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { commands } from '../../lib/cli/commands.ts';
import type { CliContext } from '../../lib/cli/context.ts';
import { exitCodeOf, sentenceOf, traceOf } from '../../lib/cli/describe-error.ts';
import {
  ConflictError,
  IntegrityError,
  InvalidInputError,
  RefusedError,
  UpstreamError,
} from '../../lib/domain/errors.ts';
import { terminal } from '../support/terminal.ts';

/** Every command with its sub-commands, by the words one types. */
function everyCommand(): [string, Command][] {
  const program = new Command();
  for (const add of commands) add(program, {} as CliContext);
  const walk = (command: Command, words: string[]): [string, Command][] => [
    ...(words.length > 0 ? [[words.join(' '), command] as [string, Command]] : []),
    ...command.commands.flatMap((inner) => walk(inner, [...words, inner.name()])),
  ];
  return walk(program, []);
}

describe('the command', () => {
  test('shows its help on stdout and ends with 0', async () => {
    const { code, out, err } = await terminal().run('--help');

    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toContain(
      'Exit codes: 0 done, 1 failed, 2 bad input, 3 refused by a safeguard, 4 verification failed.',
    );
    for (const name of [
      'demo',
      'local',
      'collect',
      'identities',
      'campaign',
      'inbox',
      'decide',
      'removals',
    ]) {
      expect(out).toContain(`  ${name} `);
    }
  });

  test.each(
    everyCommand()
      .filter(([, command]) => command.commands.length === 0)
      .map(([words]) => [words]),
  )('"%s --help" explains itself with examples', async (words) => {
    const { code, out } = await terminal().run(...words.split(' '), '--help');

    expect(code).toBe(0);
    expect(out).toMatch(/\nExamples:\n {2}countersign /);
    expect(out).toContain('--json');
  });

  test('nothing asked is bad input, with help on stderr', async () => {
    const { code, out, err } = await terminal().run();

    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('Usage: countersign');
  });

  test.each([
    [['nonsense'], 'countersign: unknown command \'nonsense\'; "countersign --help" lists those there are\n'],
    [['identities', '--wher', 'true'], "countersign: unknown option '--wher' (Did you mean --where?)\n"],
    [['switch', 'stop'], "countersign: required option '--reason <text>' not specified\n"],
  ])('%j is refused in one sentence', async (argv, sentence) => {
    const { code, out, err } = await terminal().run(...argv);

    expect({ code, out, err }).toEqual({ code: 2, out: '', err: sentence });
  });

  test('without a running stack it says how to start one, and where it looked', async () => {
    const { code, err } = await terminal({ cwd: '/nowhere' }).run('identities');

    expect(code).toBe(1);
    expect(err).toContain('no stack runs over /nowhere/.countersign/local');
    expect(err).toContain('countersign local up');
    expect(err).not.toContain('    at ');
  });

  test('--debug shows where', async () => {
    const { err } = await terminal({ cwd: '/nowhere' }).run('identities', '--debug');

    expect(err).toContain('    at ');
  });
});

describe('a demo that cannot start', () => {
  test.each([
    [['--credential-report', 'none.csv'], 2, '/nowhere/none.csv: cannot be read'],
    [['--owners', 'owners.csv'], 2, '--owners: also needs --credential-report or --authorization-details'],
    [['--as-of', 'soon'], 2, '--as-of: "soon" is not a date'],
    [['--port-slack', 'x'], 2, '--port-slack: "x" is not a port'],
    [['--data-dir', import.meta.dirname], 3, 'is not empty; a quarter is played in a folder of its own'],
  ])('%j says why', async (argv, code, message) => {
    const refused = await terminal({ cwd: '/nowhere' }).run('demo', '--autoplay', ...argv);

    expect(refused.code).toBe(code);
    expect(refused.err).toContain(message);
  });
});

describe('errors', () => {
  test.each([
    [new InvalidInputError({ code: 'BAD_ARGUMENT', message: 'x' }), 2],
    [new RefusedError({ code: 'SELF_REVIEW', message: 'x' }), 3],
    [new RefusedError({ code: 'NOT_FOUND', message: 'x' }), 2],
    [new UpstreamError({ code: 'THROTTLED', message: 'x', provider: 'aws', retryable: true }), 1],
    [new IntegrityError({ code: 'FORK', message: 'x' }), 1],
    [new ConflictError({ code: 'CONFLICT', message: 'x' }), 1],
    [new Error('x'), 1],
    ['x', 1],
  ])('%s ends with the code of who must act', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
    expect(sentenceOf(error)).not.toContain('\n');
  });

  test('a message that quotes an identity cannot steer the terminal', () => {
    const error = new RefusedError({ code: 'PROTECTED', message: 'evil\u001b[2J\nsecond line' });

    expect(sentenceOf(error)).toBe('evil\uFFFD[2J second line');
  });

  test('the trace goes down to the cause', () => {
    const error = new Error('outer', {
      cause: new InvalidInputError({ code: 'BAD_SETTING', message: 'inner' }),
    });

    expect(traceOf(error)).toMatch(/outer[\s\S]*caused by: [\s\S]*inner[\s\S]*\[BAD_SETTING\]/);
  });
});

describe('the real program', () => {
  const bin = join(import.meta.dirname, '..', '..', 'bin', 'countersign.ts');
  const start = (...argv: string[]) => promisify(execFile)(process.execPath, [bin, ...argv]);

  test('starts from source and prints its help', async () => {
    const { stdout, stderr } = await start('--help');

    expect(stdout).toContain('Usage: countersign');
    expect(stderr).toBe('');
  });

  test('bad input ends with 2 and one sentence', async () => {
    const failed = await start('decide', 'a/b', 'maybe').catch((error: unknown) => error);

    expect(failed).toMatchObject({ code: 2, stdout: '' });
    expect(failed).toHaveProperty(
      'stderr',
      expect.stringMatching(/^countersign: verdict: "maybe" is none of .*\n$/),
    );
  });
});
