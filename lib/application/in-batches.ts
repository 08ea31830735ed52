/** Groups a stream into arrays of at most `size`. */
export async function* inBatches<T>(source: AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let batch: T[] = [];
  for await (const entry of source) {
    batch.push(entry);
    if (batch.length >= size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** Runs `work` over the entries, at most `width` at a time, and keeps their order in the result. */
export async function mapConcurrently<T, R>(
  entries: readonly T[],
  width: number,
  work: (entry: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < entries.length) {
      const position = next;
      next += 1;
      results[position] = await work(entries[position] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, entries.length) }, worker));
  return results;
}

/** Work going on in the background, bounded. */
export interface InFlight {
  /** Starts work once fewer than the limit are going on. @throws what earlier work threw. */
  add(work: () => Promise<void>): Promise<void>;
  /** Waits for all of it. @throws what any of it threw. */
  done(): Promise<void>;
}

/** Lets up to `limit` pieces of work go on at once; a failure surfaces at the next `add` or at `done`. */
export function inFlight(limit: number): InFlight {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const check = () => {
    if (failure) throw failure.error;
  };
  return {
    async add(work) {
      while (running.size >= limit) await Promise.race(running);
      check();
      const started: Promise<void> = work()
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(started));
      running.add(started);
    },
    async done() {
      await Promise.all(running);
      check();
    },
  };
}
