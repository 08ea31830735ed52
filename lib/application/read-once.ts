// A store that reads the same thing once: for one look at one docket, which needs its items in several places.
import type { ReviewStore } from './ports/review-store.ts';

/**
 * Remembers lists of open items, the items themselves, campaigns and a person's dockets until something is written through
 * it. Dockets, notices and desks by key are always read afresh: writes depend on them. Made for one look, and then dropped.
 */
export function readingOnce(store: ReviewStore): ReviewStore {
  const read = new Map<string, Promise<unknown>>();
  const once = <T>(name: readonly unknown[], reading: () => Promise<T>): Promise<T> => {
    const key = JSON.stringify(name);
    const known = read.get(key) as Promise<T> | undefined;
    if (known) return known;
    const answer = reading();
    read.set(key, answer);
    answer.catch(() => read.delete(key));
    return answer;
  };
  const openItems: ReviewStore['openItems'] = (campaignId, reviewerId, page) =>
    once(['open', campaignId, reviewerId, page?.limit, page?.cursor], () =>
      store.openItems(campaignId, reviewerId, page),
    );
  const get: ReviewStore['get'] = (kind, key) =>
    kind === 'campaign' ? once([kind, key], () => store.get(kind, key)) : store.get(kind, key);
  return {
    ...store,
    get,
    getMany(kind, keys) {
      // Those a person's dockets belong to are mostly the one at hand.
      if (kind === 'campaign') return Promise.all(keys.map((key) => get(kind, key)));
      return kind === 'item'
        ? once([kind, 'many', keys], () => store.getMany(kind, keys))
        : store.getMany(kind, keys);
    },
    openItems,
    // Whoever counts them is about to read them.
    async countOpenItems(campaignId, reviewerId) {
      const { entries, next } = await openItems(campaignId, reviewerId, { limit: 100 });
      return next === undefined ? entries.length : store.countOpenItems(campaignId, reviewerId);
    },
    docketsOf: (reviewerId) => once(['dockets', reviewerId], () => store.docketsOf(reviewerId)),
    commit(writes) {
      read.clear();
      return store.commit(writes);
    },
  };
}
