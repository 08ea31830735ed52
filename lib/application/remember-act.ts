// Remembering acts, so that a duplicate gets the first one's answer and changes nothing.
import { DAY_MS, type Instant, plusMs } from '../domain/time.ts';
import { create, type Write } from './ports/review-store.ts';

/** How long a remembered act answers a duplicate, in ms. */
const ACT_MEMORY_MS = 14 * DAY_MS;

/** How long a person finds what they did in the list of it, in ms. */
const OWN_ACTS_MS = 400 * DAY_MS;

/** The write that remembers an act; committed with what the act changes. With `by` it is in the list of what that person did. */
export function remember(actId: string, at: Instant, outcome: string, by?: string): Write {
  return create('handled', {
    schemaVersion: 1,
    version: 1,
    messageId: actId,
    handledAt: at,
    expiresAt: plusMs(at, by === undefined ? ACT_MEMORY_MS : OWN_ACTS_MS),
    outcome,
    ...(by === undefined ? {} : { by }),
  });
}
