// A server across connections: what broke is tried again on a new one, within one budget, and everything is counted.
import { UpstreamError } from '../../domain/errors.ts';
import type { SourceCall } from '../../domain/identity/collection.ts';
import type { Password, Session } from './session.ts';
import { openSession } from './session.ts';
import type { ServerSettings } from './settings.ts';

/** How a wait is made; injected so that tests need not. */
export type Sleep = (ms: number) => Promise<unknown>;

/** A server for the length of one collection or one act. */
export interface Server {
  /**
   * Does work that may be done again from its start, on a connection of its own or the one still open.
   * @throws UpstreamError when it failed for good, which is recorded as well
   */
  within<T>(work: (session: Session) => Promise<T>): Promise<T>;
  calls(): SourceCall[];
  close(): void;
}

/** What a server is made of. */
export interface ServerParts {
  readonly settings: ServerSettings;
  readonly purpose: 'reading' | 'changing';
  readonly password: Password;
  readonly retryBudget: number;
  readonly sleep: Sleep;
  /** Told of each further try. */
  readonly note: (message: string) => void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/** Makes a server. Nothing is connected before it is asked for. */
export function createServer(parts: ServerParts): Server {
  const counts = new Map<string, { calls: number; pages: number; failures: string[] }>();
  let open: Session | undefined;
  let left = parts.retryBudget;
  let tries = 0;

  const countOf = (action: string) => {
    const found = counts.get(action) ?? { calls: 0, pages: 0, failures: [] };
    counts.set(action, found);
    return found;
  };
  const counted = (session: Session): Session => ({
    async rows(action, row, text, values) {
      const count = countOf(action);
      count.calls += 1;
      const rows = await session.rows(action, row, text, values);
      count.pages += 1;
      return rows;
    },
    async run(action, text) {
      countOf(action).calls += 1;
      await session.run(action, text);
    },
    close: session.close,
  });
  const drop = (): void => {
    open?.close();
    open = undefined;
  };
  const connected = async (): Promise<Session> => {
    if (open) return open;
    countOf('connect').calls += 1;
    open = counted(await openSession(parts.settings, parts.password, parts.purpose));
    return open;
  };
  return {
    async within(work) {
      for (;;) {
        try {
          return await work(await connected());
        } catch (error) {
          // Whatever state it left the connection in, a transaction begun on it ends with it.
          drop();
          if (!(error instanceof UpstreamError)) throw error;
          if (!error.retryable || left === 0) {
            const [action = ''] = error.message.split(':');
            countOf(counts.has(action) ? action : 'connect').failures.push(error.message);
            throw error;
          }
          left -= 1;
          parts.note(`${error.message}; trying again`);
          await parts.sleep(Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS));
          tries += 1;
        }
      }
    },
    calls: () => [...counts].map(([action, count]) => ({ action, ...count })),
    close: drop,
  };
}
