// What one person decided, newest first.
import type { Environment } from './environment.ts';
import type { DoneAct, ReviewActions } from './review-actions.ts';

/** Acts that can be gone back to. */
const MOST_ACTS = 500;

/** Makes the list of what a person decided, agreed to, claimed and took back. */
export function viewOwnActs({ store }: Environment): ReviewActions['history'] {
  return async (personId, { from, size }) => {
    const acts: DoneAct[] = [];
    const wanted = Math.min(from + size, MOST_ACTS) + 1;
    let cursor: string | undefined;
    do {
      const page = await store.actsOf(personId, { cursor, limit: Math.min(100, wanted - acts.length) });
      acts.push(...page.entries.map(({ handledAt, outcome }) => ({ at: handledAt, text: outcome })));
      cursor = page.next;
    } while (cursor !== undefined && acts.length < wanted);
    return { acts: acts.slice(from, from + size), more: acts.length > from + size };
  };
}
