// Following what a deployed installation does on its own: asked again and again until it is done.
import type { CliContext } from './context.ts';

/** How long to follow. */
export interface Patience {
  readonly everyMs: number;
  readonly forMs: number;
}

/**
 * Looks until there is something, at most for as long as said.
 * @param look told how long it has been followed, in ms
 * @returns undefined when there was nothing in all that time
 */
export async function follow<T>(
  { pause }: CliContext,
  { everyMs, forMs }: Patience,
  look: (followedMs: number) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let followedMs = 0; followedMs <= forMs; followedMs += everyMs) {
    const found = await look(followedMs);
    if (found !== undefined) return found;
    await pause(everyMs);
  }
  return undefined;
}
