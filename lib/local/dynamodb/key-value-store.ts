// Where rows lie: one ordered space of ASCII keys with JSON values. A batch is applied whole or not at all,
// and a walk sees the rows of one moment.
import { database } from './engine.ts';

/** One change to the key space. */
export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

/** Part of the key space, in ASCII order; `limit` below zero means no limit. */
export interface KeyRange {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** Called for each entry of a walk; `false` ends it. */
export type Visit = (key: string, value: unknown) => boolean;

/** Rows in memory or on disk. Values given to it or got from it must not be changed afterwards. */
export interface KeyValueStore {
  /** Whether rows outlive the process. */
  readonly durable: boolean;
  get(key: string): unknown;
  batch(operations: readonly Operation[]): Promise<void>;
  walk(range: KeyRange, visit: Visit): Promise<void>;
  clear(range: KeyRange): Promise<void>;
  close(): Promise<void>;
}

/** Every key that begins with `prefix`. */
export function keysUnder(prefix: string): { readonly gte: string; readonly lt: string } {
  return { gte: prefix, lt: `${prefix}\x7f` };
}

const CHUNK_ENTRIES = 250;

/**
 * Rows in a LevelDB folder. A batch reaches the operating system before it is acknowledged, so it survives
 * the death of this process (SIGKILL included); it is not forced to the platter.
 * @throws Error when the folder cannot be opened, for example because another process has it open
 */
export async function openLevelStore(dataDir: string): Promise<KeyValueStore> {
  const level = database.create({ path: dataDir }).db;
  try {
    await level.open();
  } catch (cause) {
    throw new Error(`cannot open the tables in ${dataDir}: is another process using the folder?`, { cause });
  }
  return {
    durable: true,
    get: (key) => level.getSync(key),
    batch: (operations) => level.batch(operations),
    walk: async (range, visit) => {
      const entries = level.iterator(range);
      try {
        for (;;) {
          const chunk = await entries.nextv(CHUNK_ENTRIES);
          if (chunk.length === 0 || !chunk.every(([key, value]) => visit(key, value))) return;
        }
      } finally {
        await entries.close();
      }
    },
    clear: (range) => level.clear(range),
    close: () => level.close(),
  };
}
