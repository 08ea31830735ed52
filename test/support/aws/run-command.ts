// Runs a program to its end, within a time limit.
import { spawn } from 'node:child_process';

/** A program and how to run it. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment when given; this process's own otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Killed, with what it started, after that many ms. */
  readonly limitMs: number;
}

const TAIL_CHARACTERS = 6_000;

/**
 * Runs a program and gives back what it wrote on both streams, in order of arrival.
 * @throws Error with the end of that text when it fails, cannot start or takes too long
 */
export async function runCommand({ program, args, env, cwd, limitMs }: Command): Promise<string> {
  const child = spawn(program, args, { env: env ?? process.env, cwd, detached: true });
  child.stdin.end();
  let text = '';
  const take = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, limitMs);
  const line = `${program} ${args.join(' ')}`;
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code === 0) return text;
    const what = isLate ? `took longer than ${limitMs / 1000} s` : `ended with ${code}`;
    throw new Error(`${line} ${what}:\n${tellingOf(text)}`);
  } finally {
    clearTimeout(timer);
  }
}

/** The lines that say what failed, and the end. */
function tellingOf(text: string): string {
  const failed = text.split('\n').filter((line) => /_FAILED|\bERROR\b/.test(line));
  return [...failed, '…', text.slice(-TAIL_CHARACTERS)].join('\n');
}
