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
