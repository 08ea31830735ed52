// Noting that something happened to an identity, so that a review of it is opened. Once for each time it happened.
import { createHash } from 'node:crypto';
import type { EventCause } from '../../domain/campaign/event.ts';
import { ConflictError } from '../../domain/errors.ts';
import type { IdentityKey } from '../../domain/identity/identity-id.ts';
import { type Instant, MINUTE_MS, plusMs } from '../../domain/time.ts';
import type { Environment } from '../environment.ts';
import { create } from '../ports/review-store.ts';

/** What happened to one identity. */
export interface RaisedEvent {
  readonly event: EventCause;
  readonly identityKey: IdentityKey;
  /** What happened, in a sentence for the reviewer. */
  readonly cause: string;
  readonly at: Instant;
  /** What tells this time from another: an exception, a removal. The same event on the same occasion counts once. @default at */
  readonly occasion?: string | undefined;
}

/** After this time, in ms, what happened to several identities at about the same time is asked about together. */
const GATHERING_MS = 15 * MINUTE_MS;

/** The write that notes an event, for the transaction of what made it happen. */
export function noteEvent({ event, identityKey, cause, at, occasion = at }: RaisedEvent) {
  const eventId = createHash('sha256').update(`event/${event}/${occasion}`).digest('hex').slice(0, 24);
  return create('event', {
    schemaVersion: 1,
    version: 1,
    identityKey,
    eventId,
    event,
    cause,
    at,
    state: 'noted',
    nextDueAt: plusMs(at, GATHERING_MS),
  });
}

/** Notes an event on its own. Resolves to whether it is new. */
export async function raiseEvent(
  { store }: Pick<Environment, 'store'>,
  raised: RaisedEvent,
): Promise<boolean> {
  try {
    await store.commit([noteEvent(raised)]);
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}
