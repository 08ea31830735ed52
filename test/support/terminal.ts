// A terminal to run commands on: what they write is kept, and they can be interrupted.
import { run } from '../../lib/cli/run.ts';
import { type Instant, instantOf } from '../../lib/domain/time.ts';

/** What a command printed as JSON: looked into freely, since the assertions say what it must be. */
// oxlint-disable-next-line typescript/no-explicit-any
type Loose = Record<string, any>;

/** One terminal. */
export function terminal(
  options: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly isTerminal?: boolean;
    readonly now?: Instant;
    /** Instead of waiting between two looks. */
    readonly pause?: () => Promise<void>;
  } = {},
) {
  const { cwd = '/nowhere', env = {}, isTerminal = false } = options;
  const stop = new AbortController();
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err') => ({
    write(text: string) {
      written[name] += text;
    },
    isTerminal,
    columns: 100,
  });
  return {
    get out() {
      return written.out;
    },
    get err() {
      return written.err;
    },
    interrupt: () => stop.abort(),
    /** Runs one command; what earlier ones wrote is forgotten. */
    async run(...argv: string[]) {
      written.out = '';
      written.err = '';
      const code = await run(argv, {
        out: stream('out'),
        err: stream('err'),
        env,
        cwd,
        now: () => options.now ?? instantOf(Date.UTC(2026, 8, 7, 8)),
        interrupted: stop.signal,
        pause: options.pause,
      });
      return { code, out: written.out, err: written.err };
    },
    /** Runs with --json and parses the last line of stdout. */
    async json(...argv: string[]) {
      const { code, out, err } = await this.run(...argv, '--json');
      const line = out.trimEnd().split('\n').at(-1) ?? '';
      return { code, err, value: line === '' ? undefined : (JSON.parse(line) as Loose) };
    },
  };
}
