// The processes that run functions on the emulator, to be cut off as Lambda's own machines can be.
import { readdir, readFile } from 'node:fs/promises';
import type { FunctionName } from '../../../lib/functions.ts';
import { deployedName } from './deployed-settings.ts';

/** Kills every process of a function that the emulator started, at once; says how many there were. */
export async function killFunction(emulatorPid: number, name: FunctionName): Promise<number> {
  let killed = 0;
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const pid = Number(entry);
    const [command, parent] = await Promise.all([commandOf(pid), parentOf(pid)]);
    if (parent !== emulatorPid || !command.includes(`ministack-lambda-${deployedName(name)}-`)) continue;
    try {
      process.kill(pid, 'SIGKILL');
      killed += 1;
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code !== 'ESRCH') throw failure;
    }
  }
  return killed;
}

async function commandOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}

async function parentOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // After the name, in brackets: state, then the parent.
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
}
