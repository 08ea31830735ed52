// The embedded stack as a person uses it: opened over a folder, run in real time, asked one thing at a time.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { InvalidInputError, RefusedError } from '../domain/errors.ts';
import { Instant, latest } from '../domain/time.ts';
import type { Company } from './company/company.ts';
import { type AccountFiles, companyFromFiles } from './company/company-from-files.ts';
import { harborAndPine } from './company/harbor-and-pine.ts';
import { type LocalStack, startLocalStack } from './stack.ts';

/** How to open a session. */
export interface SessionOptions {
  readonly dataDir: string;
  /** Somebody's own account; absent: the made-up company. */
  readonly files?: AccountFiles | undefined;
  /** Where the clock starts, when the folder is new. */
  readonly startAt: Instant;
  readonly slackPort?: number | undefined;
  readonly mailPort?: number | undefined;
  readonly webPort?: number | undefined;
  /** Hours between passes of the ledger. @default 1 */
  readonly sealEveryHours?: number | undefined;
  readonly writeLog?: ((line: string) => void) | undefined;
}

/** An open session. */
export interface LocalSession {
  readonly stack: LocalStack;
  /** The folder held a stack before: it goes on where it stopped. */
  readonly reopened: boolean;
  /** Runs one thing at a time: acts, moves of the clock and ticks never overlap. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Moves the clock, doing everything due on the way. Only from inside `inTurn`. */
  moveClock(until: Instant, onStep?: (now: Instant) => void): Promise<void>;
  /** Lets the clock run with real time, doing what is due every few seconds, until the signal. */
  runUntil(stop: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const STATE_FILE = 'stack.json';
const TICK_MS = 2_000;
/** A killed stack loses less than a minute of its clock. */
const TICKS_PER_SAVE = 15;

/** What has to be the same when the folder is opened again. */
const StackState = z.strictObject({
  schemaVersion: z.literal(1),
  /** The company is made as of this moment. */
  companyAt: Instant,
  files: z
    .strictObject({
      credentialReport: z.string().optional(),
      authorizationDetails: z.string().optional(),
      owners: z.string().optional(),
      codeowners: z
        .array(z.strictObject({ repository: z.string(), file: z.string() }))
        .readonly()
        .optional(),
      catalog: z.array(z.string()).readonly().optional(),
    })
    .optional(),
  /** Where the clock stood: it runs with real time between moves, and must not go back. */
  clockAt: Instant,
});
type StackState = z.infer<typeof StackState>;

/**
 * Opens a session over a folder, new or used before.
 * @throws InvalidInputError for files that cannot be read; RefusedError CONFLICT when the folder holds another company
 */
export async function openSession(options: SessionOptions): Promise<LocalSession> {
  const { dataDir } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const before = await readState(dataDir);
  if (before && options.files !== undefined && !sameFiles(before.files, options.files)) {
    throw new RefusedError({
      code: 'CONFLICT',
      message: `${dataDir} holds a stack of another company; choose another --data-dir.`,
    });
  }
  const state: StackState = before ?? {
    schemaVersion: 1,
    companyAt: options.startAt,
    ...(options.files ? { files: options.files } : {}),
    clockAt: options.startAt,
  };
  const stack = await startLocalStack({
    dataDir,
    company: await companyOf(state),
    startAt: before ? latest(before.clockAt, options.startAt) : options.startAt,
    slackPort: options.slackPort,
    mailPort: options.mailPort,
    webPort: options.webPort,
    sealEveryHours: options.sealEveryHours,
    writeLog: options.writeLog,
  });
  await writeState(dataDir, state);
  return sessionOver(stack, state, before !== undefined);
}

function sessionOver(stack: LocalStack, state: StackState, reopened: boolean): LocalSession {
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    // The next one runs whether this one fails or not; its caller hears of the failure.
    turn = mine.catch(() => undefined);
    return mine;
  };
  const keepClock = () => writeState(stack.dataDir, { ...state, clockAt: stack.clock.now() });
  return {
    stack,
    reopened,
    inTurn,
    async moveClock(until, onStep) {
      await stack.advanceTo(until, { onStep: async (now) => onStep?.(now) });
      await keepClock();
    },
    async runUntil(stop) {
      stack.clock.run();
      for (let tick = 0; !stop.aborted; tick += 1) {
        await inTurn(async () => {
          await stack.settle();
          if (tick % TICKS_PER_SAVE === 0) await keepClock();
        });
        await pause(TICK_MS, stop);
      }
    },
    async close() {
      await inTurn(keepClock);
      await stack.close();
    },
  };
}

/** Waits, but not when told to stop. */
async function pause(ms: number, stop: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal: stop });
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}

async function companyOf({ files, companyAt }: StackState): Promise<Company> {
  return files ? companyFromFiles(files) : harborAndPine(companyAt);
}

function sameFiles(a: AccountFiles | undefined, b: AccountFiles): boolean {
  return a !== undefined && isDeepStrictEqual(a, b);
}

async function readState(dataDir: string): Promise<StackState | undefined> {
  const path = join(dataDir, STATE_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = StackState.safeParse(parseJson(path, text));
  if (parsed.success) return parsed.data;
  throw new InvalidInputError({
    code: 'MALFORMED_FILE',
    message: `${path}: ${parsed.error.issues[0]?.path.join('.') ?? ''}: ${parsed.error.issues[0]?.message ?? ''}`,
  });
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError({ code: 'MALFORMED_JSON', message: `${path}: not JSON`, cause });
  }
}

/** Written beside and renamed, so that a crash leaves the old state or the new one. */
async function writeState(dataDir: string, state: StackState): Promise<void> {
  const path = join(dataDir, STATE_FILE);
  await writeFile(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
