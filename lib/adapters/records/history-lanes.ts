// How history entries are filed: under every facet they have, in time order.
import type { HistoryEntry, HistoryFacet } from '../../application/ports/history-index.ts';
import { paddedNumber } from './ledger-row-keys.ts';

/** Every facet an entry is listed under. */
export function facetsOf(entry: HistoryEntry): HistoryFacet[] {
  const { identityId, people, campaignIds, controls } = entry;
  return [
    { by: 'time' },
    ...(identityId === undefined ? [] : [{ by: 'identity', value: identityId } as const]),
    ...people.map((value) => ({ by: 'person', value }) as const),
    ...campaignIds.map((value) => ({ by: 'campaign', value }) as const),
    ...controls.map((value) => ({ by: 'control', value }) as const),
  ];
}

/** The facet as one text. */
export function textOfFacet(facet: HistoryFacet): string {
  return facet.by === 'time' ? facet.by : `${facet.by}#${facet.value}`;
}

/** What entries are ordered by: time, then index. */
export function positionOf({ at, index }: Pick<HistoryEntry, 'at' | 'index'>): string {
  return `${at}#${paddedNumber(index)}`;
}
