// The emulator and the template linter are Python programs: they are installed once into a folder of their own.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from './places.ts';
import { runCommand } from './run-command.ts';

const VENV = join(CACHE, 'aws-venv');
const REQUIREMENTS = new URL('requirements.txt', import.meta.url);
const HOW = 'The AWS suite needs Python 3.10 or newer with venv: apt-get install python3 python3-venv';

/** Path of a program that came with the requirements: `ministack`, `cfn-lint`. */
export function pythonTool(name: string): string {
  return join(VENV, 'bin', name);
}

/** Installs the pinned packages unless these very ones are there. @throws Error that says what to install */
export async function installPythonTools(): Promise<void> {
  const requirements = await readFile(REQUIREMENTS, 'utf8');
  const python = await runCommand({ program: 'python3', args: ['--version'], limitMs: 20_000 }).catch(
    (cause) => {
      throw new Error(HOW, { cause });
    },
  );
  const wanted = createHash('sha256').update(python).update(requirements).digest('hex');
  const stamp = join(VENV, 'installed');
  const found = await readFile(stamp, 'utf8').catch(() => undefined);
  if (found === wanted) return;

  await mkdir(CACHE, { recursive: true });
  await rm(VENV, { recursive: true, force: true });
  await runCommand({ program: 'python3', args: ['-m', 'venv', VENV], limitMs: 120_000 }).catch((cause) => {
    throw new Error(HOW, { cause });
  });
  const list = join(VENV, 'requirements.txt');
  await writeFile(list, requirements);
  const options = ['--no-input', '--disable-pip-version-check', '--quiet', '--only-binary', ':all:'];
  await runCommand({
    program: pythonTool('python'),
    args: ['-m', 'pip', 'install', ...options, '--requirement', list],
    limitMs: 400_000,
  });
  // Written last: an installation that broke off is done again.
  await writeFile(`${stamp}.new`, wanted);
  await rename(`${stamp}.new`, stamp);
}
