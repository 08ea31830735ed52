// The commands the README shows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const README = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');

/** Each command line of a fenced block, `&&` taken apart. */
export const readmeCommands: readonly string[] = [...README.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(
  ([, block = '']) =>
    block
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('#'))
      .flatMap((line) => line.split(' && ')),
);

/** Whether a command talks to a stack that runs already, or to what came from it. */
export function isOnStack(line: string): boolean {
  return /^npm run countersign -- (campaign|local clock|inbox|evidence|verify) /.test(line);
}

/** The command's own arguments in an npm line: `npm run demo -- --x` is `demo --x`. */
export function argumentsOf(line: string): string[] {
  const [script = '', rest = ''] = line.replace(/^npm run /, '').split(' -- ');
  return [...(script === 'countersign' ? [] : [script]), ...rest.split(' ').filter((word) => word !== '')];
}
