// Naming what somebody was shown of an item, in few characters: a button carries it, and a decision is held against it.
import * as z from 'zod';
import type { ReviewItem } from './review-item.ts';
import type { Snapshot } from './snapshot.ts';

/** Round and first 12 hexadecimal digits of the snapshot: `0.3fa9…`. Carries no authority. */
export const SeenMark = z.string().regex(/^\d{1,6}\.[0-9a-f]{12}$/);
export type SeenMark = z.infer<typeof SeenMark>;

/** The mark of the item as it is now. */
export function seenMark({ round, snapshot }: Pick<ReviewItem, 'round' | 'snapshot'>): SeenMark {
  return `${round}.${snapshot.slice(0, 12)}`;
}

/** Whether the item still is as it was shown; evidence taken again in which nothing changed is the same. */
export function isAsSeen(
  mark: SeenMark,
  item: Pick<ReviewItem, 'round' | 'snapshot'>,
  snapshot: Pick<Snapshot, 'changes' | 'comparedWith'>,
): boolean {
  if (mark === seenMark(item)) return true;
  const { changes, comparedWith } = snapshot;
  if (changes.length > 0 || comparedWith === undefined) return false;
  return mark === seenMark({ ...item, snapshot: comparedWith });
}
