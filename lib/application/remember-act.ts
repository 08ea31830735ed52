// Remembering acts, so that a duplicate gets the first one's answer and changes nothing.
import { DAY_MS, type Instant, plusMs } from '../domain/time.ts';
import { create, type Write } from './ports/review-store.ts';

/** How long a remembered act answers a duplicate, in ms. */
const ACT_MEMORY_MS = 14 * DAY_MS;

/** The write that remembers an act; committed with what the act changes. */
export function remember(actId: string, at: Instant, outcome: string): Write {
  return create('handled', {
    schemaVersion: 1,
    version: 1,
    messageId: actId,
    handledAt: at,
    expiresAt: plusMs(at, ACT_MEMORY_MS),
    outcome,
  });
}
