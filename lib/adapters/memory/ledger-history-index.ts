// The history index in memory: for tests and for trying things out. Same contract as DynamoDB.
import type { HistoryEntry, HistoryIndex } from '../../application/ports/history-index.ts';
import { facetsOf, positionOf, textOfFacet } from '../records/history-lanes.ts';
import { pageBy } from './pages.ts';

/** Makes an empty index. */
export function createMemoryHistoryIndex(): HistoryIndex {
  const lanes = new Map<string, Map<number, string>>();
  return {
    put: async (entries) => {
      for (const entry of entries) {
        for (const facet of facetsOf(entry)) {
          const name = textOfFacet(facet);
          const lane = lanes.get(name) ?? new Map<number, string>();
          lane.set(entry.index, JSON.stringify(entry));
          lanes.set(name, lane);
        }
      }
    },
    list: async ({ facet, since, until }, page) => {
      const lane = lanes.get(textOfFacet(facet)) ?? new Map<number, string>();
      const entries = [...lane.values()]
        .map((text) => JSON.parse(text) as HistoryEntry)
        .filter(({ at }) => (since === undefined || at >= since) && (until === undefined || at < until));
      return pageBy(entries, positionOf, page);
    },
  };
}
