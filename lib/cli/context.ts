// What a command is given instead of the process: so that a test can be its terminal.
import type { Instant } from '../domain/time.ts';
import type { Paint } from '../presentation/terminal/paint.ts';

/** 0 done · 1 failed · 2 bad input · 3 refused by a safeguard · 4 verification failed. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** One stream to a person or a program. */
export interface Stream {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width in columns; 80 where unknown. */
  readonly columns: number;
}

/** The process, as far as `run` needs it. */
export interface CliProcess {
  readonly out: Stream;
  readonly err: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly cwd: string;
  /** Wall clock. */
  readonly now: () => Instant;
  /** Aborted when somebody wants a running command to stop (Ctrl-C, SIGTERM). */
  readonly interrupted: AbortSignal;
  /** Waits between two looks, in ms. @default real time, until interrupted */
  readonly pause?: ((ms: number) => Promise<void>) | undefined;
}

/** What every command gets. */
export interface CliContext extends CliProcess {
  /** Colours for stdout and stderr. */
  readonly paint: { readonly out: Paint; readonly err: Paint };
  /** Reads a path given on the command line, relative to the working directory. */
  path(given: string): string;
  /** Waits between two looks, in ms. */
  readonly pause: (ms: number) => Promise<void>;
  /** What the process ends with; 0 unless a command says otherwise. */
  exitWith(code: ExitCode): void;
  /** With `--json` the object on one line, the last of stdout; otherwise the text. */
  say(result: { readonly json: unknown; readonly text: string }): void;
}
