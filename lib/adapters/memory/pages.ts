// Order and pages over lists in memory: every list is ordered by a text, and a page goes on after the last text seen.
import * as z from 'zod';
import type { Page, PageRequest } from '../../application/ports/review-store.ts';
import { limitOf, packCursor, readCursor } from '../records/cursor.ts';

/** Sorts by text, in code unit order. */
export function sortBy<T>(entries: readonly T[], textOf: (entry: T) => string, descending = false): T[] {
  const sign = descending ? -1 : 1;
  return entries
    .map((entry) => ({ entry, text: textOf(entry) }))
    .sort((a, b) => (a.text < b.text ? -sign : a.text > b.text ? sign : 0))
    .map(({ entry }) => entry);
}

/** One page of the entries in the order of their texts. */
export function pageBy<T>(
  entries: readonly T[],
  textOf: (entry: T) => string,
  page: PageRequest | undefined,
  descending = false,
): Page<T> {
  const limit = limitOf(page);
  const after = readCursor(z.string(), page?.cursor);
  const left = sortBy(entries, textOf, descending).filter((entry) => {
    if (after === undefined) return true;
    return descending ? textOf(entry) < after : textOf(entry) > after;
  });
  const shown = left.slice(0, limit);
  const last = shown.at(-1);
  return { entries: shown, next: last && left.length > limit ? packCursor(textOf(last)) : undefined };
}
