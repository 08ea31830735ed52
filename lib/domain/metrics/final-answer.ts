// What an item came to: the last answer that counts, silence, or still open.
import * as z from 'zod';
import type { ReviewItem } from '../review/review-item.ts';

/** Outcome of an item by its final decision. Reassign and not-mine are events, never outcomes. */
export const FinalAnswer = z.enum([
  'certify',
  'revoke',
  'reduce',
  'rotate',
  'retire',
  'except',
  'no-response',
  'open',
]);
export type FinalAnswer = z.infer<typeof FinalAnswer>;

/** An answer that waits for its second approver does not count yet. */
export function finalAnswerOf({ decision, noResponseId, state }: ReviewItem): FinalAnswer {
  if (decision && decision.awaitingSecond !== true) return decision.verdict;
  return noResponseId !== undefined || state === 'lapsed' ? 'no-response' : 'open';
}
