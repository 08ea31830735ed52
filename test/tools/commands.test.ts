// The README's commands on a running stack, as they stand there, one after the other.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../lib/cli/control-client.ts';
import { argumentsOf, isOnStack, readmeCommands } from '../repository/readme-commands.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const npm = promisify(execFile);

let folder = '';
let stack: ChildProcess;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commands-'));
  env = { ...process.env, COUNTERSIGN_DATA_DIR: join(folder, 'local') };
  stack = spawn('npm', ['run', '-s', 'countersign', '--', 'local', 'up', '--json'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failed = once(stack, 'exit').then(([code]) =>
    Promise.reject(new Error(`local up ended with ${String(code)}`)),
  );
  await Promise.race([once(createInterface({ input: stack.stdout ?? process.stdin }), 'line'), failed]);
  failed.catch(() => undefined);
});

afterAll(async () => {
  const ended = once(stack, 'exit');
  await (await connect(join(folder, 'local'))).ask({ do: 'down' });
  await ended;
  await rm(folder, { recursive: true });
});

/** The line's arguments, with what it writes and reads in a folder of the test's own. */
function here(line: string): string[] {
  return argumentsOf(line).map((word) =>
    word
      .replace(/^pack\.zip$/, join(folder, 'pack.zip'))
      .replace(/^\.countersign\/local/, join(folder, 'local')),
  );
}

describe('the commands of the README on a running stack', () => {
  it.each(readmeCommands.filter(isOnStack))('%s', async (line) => {
    const { stdout } = await npm('npm', ['run', '-s', 'countersign', '--', ...here(line)], {
      cwd: ROOT,
      env,
    });

    expect(stdout.trim()).not.toBe('');
  });
});

describe('the commands of the auditor’s guide', () => {
  it('check a pack with openssl, jq and a shell', async () => {
    const pack = join(folder, 'pack');
    const exporting = ['run', '-s', 'countersign', '--', 'evidence', 'export', '--all', '-o', pack];
    await npm('npm', exporting, { cwd: ROOT, env });
    const guide = await readFile(join(ROOT, 'docs/auditor-guide.md'), 'utf8');
    const blocks = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);

    const { stdout } = await npm('bash', ['-euo', 'pipefail', '-c', blocks.join('\n')], { cwd: pack });

    expect(blocks).toHaveLength(7);
    expect(stdout).toContain('Verified OK');
    expect(stdout).toContain('Signature Verified Successfully');
  });
});
