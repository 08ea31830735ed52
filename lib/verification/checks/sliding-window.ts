// Work that runs elsewhere, a bounded amount of it at once: the next is begun as soon as one ends.

/** Begins work, waiting when too much is under way. */
export interface SlidingWindow {
  /** Resolves as soon as more may be begun. */
  begin(work: () => Promise<void>): Promise<void>;
  /** Resolves when all work has ended. @throws what the first work that failed threw */
  finish(): Promise<void>;
}

/** Makes a window of `limit` pieces of work. */
export function slidingWindow(limit: number): SlidingWindow {
  let underWay = 0;
  let wake: (() => void) | undefined;
  let failure: { readonly error: unknown } | undefined;
  const ended = (): void => {
    underWay -= 1;
    // Woken at the half, so that what waits does not have to be begun one by one.
    if (underWay > limit / 2) return;
    wake?.();
    wake = undefined;
  };
  const isBelow = (count: number): boolean => underWay < count;
  const below = async (count: number): Promise<void> => {
    while (!isBelow(count)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (failure) throw failure.error;
  };
  return {
    async begin(work) {
      if (underWay >= limit || failure) await below(limit);
      underWay += 1;
      work()
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(ended);
    },
    finish: () => below(1),
  };
}
