// The one mutex for writes. Jobs run one after another, each seeing what the ones before it did; jobs that wait
// together are committed together, in one batch, so none of them can be left half done.
import type { ChangeFeed } from './change-feed.ts';
import type { KeyValueStore, Operation } from './key-value-store.ts';
import type { PlannedWrite } from './planned-write.ts';
import type { Item } from './values.ts';

/** What a job sees of the tables and how it changes them. */
export interface WriteGroup {
  /** The item at a key, as the jobs before left it. */
  read(key: string): Item | undefined;
  /** Whether the write path must know the item that is replaced even when the table itself does not need it. */
  readonly needsPrevious: boolean;
  /** Takes writes that have passed all checks; a job calls this last, once for everything that belongs together. */
  apply(writes: readonly PlannedWrite[], more?: readonly Operation[]): void;
}

/** Runs jobs in order. */
export interface WriteQueue {
  /** Runs a job that reads and writes at once; resolves when its writes are committed. */
  write<T>(job: (group: WriteGroup) => T): Promise<T>;
  /** Runs a job while no write is under way. */
  alone<T>(job: () => Promise<T>): Promise<T>;
  /** Resolves when every job has run. */
  idle(): Promise<void>;
}

interface WriteJob {
  readonly kind: 'write';
  readonly run: (group: WriteGroup) => () => void;
  readonly fail: (failure: unknown) => void;
}

interface LoneJob {
  readonly kind: 'alone';
  readonly run: () => Promise<void>;
}

const MAX_GROUP_JOBS = 128;

async function commit(store: KeyValueStore, feed: ChangeFeed, group: readonly WriteJob[]): Promise<void> {
  const changes = new Map<string, Operation>();
  const writes: PlannedWrite[] = [];
  const view = viewOf(store, feed, changes, writes);
  const answers = group.map((job) => {
    try {
      return job.run(view);
    } catch (failure) {
      return () => job.fail(failure);
    }
  });
  try {
    const { records, operations } = feed.prepare(writes);
    const batch = [...changes.values(), ...operations];
    if (batch.length > 0) await store.batch(batch);
    feed.publish(records);
  } catch (failure) {
    for (const job of group) job.fail(failure);
    return;
  }
  for (const answer of answers) answer();
}

/** Creates the queue of one store. */
export function createWriteQueue(store: KeyValueStore, feed: ChangeFeed): WriteQueue {
  const jobs: (WriteJob | LoneJob)[] = [];
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    for (let next = jobs.shift(); next; next = jobs.shift()) {
      if (next.kind === 'alone') {
        await next.run();
        continue;
      }
      const group = [next];
      while (group.length < MAX_GROUP_JOBS && jobs[0]?.kind === 'write') group.push(jobs.shift() as WriteJob);
      await commit(store, feed, group);
    }
    running = undefined;
  }

  function enqueue(job: WriteJob | LoneJob): void {
    jobs.push(job);
    running ??= run();
  }

  return {
    write: (job) =>
      new Promise((resolve, reject) => {
        enqueue({
          kind: 'write',
          run: (group) => {
            const answer = job(group);
            return () => resolve(answer);
          },
          fail: reject,
        });
      }),
    alone: (job) =>
      new Promise((resolve, reject) => {
        enqueue({ kind: 'alone', run: () => job().then(resolve, reject) });
      }),
    idle: async () => {
      await running;
    },
  };
}

function viewOf(
  store: KeyValueStore,
  feed: ChangeFeed,
  changes: Map<string, Operation>,
  writes: PlannedWrite[],
): WriteGroup {
  return {
    needsPrevious: feed.isHeard,
    read: (key) => {
      const change = changes.get(key);
      if (change) return change.type === 'put' ? (change.value as Item) : undefined;
      return store.get(key) as Item | undefined;
    },
    apply: (planned, more = []) => {
      for (const write of planned) {
        writes.push(write);
        for (const operation of write.operations) changes.set(operation.key, operation);
      }
      for (const operation of more) changes.set(operation.key, operation);
    },
  };
}
