// The workspace's pulse: every change has a number, and listeners hear of it.

/** Counts changes and tells who listens. */
export interface Changes {
  revision(): number;
  /** Records one change and calls every listener. */
  touch(): void;
  /** Calls back after every change; the answer unsubscribes. */
  subscribe(listener: () => void): () => void;
}

/** A counter of changes, starting at 0. */
export function createChanges(): Changes {
  const listeners = new Set<() => void>();
  let revision = 0;
  return {
    revision: () => revision,
    touch() {
      revision += 1;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
