// What a collection tells about identities: one that was not there before, one that can do more than when it was last seen.

import type { Identity } from '../../domain/identity/identity.ts';
import { identityKeyOf } from '../../domain/identity/identity-id.ts';
import { widenings } from '../../domain/identity/widening.ts';
import type { Environment } from '../environment.ts';
import { mapConcurrently } from '../in-batches.ts';
import { inventoryOf } from '../inventory-of.ts';
import type { IdentityRecord } from '../ports/records.ts';
import { kindsAskedAbout } from './kinds-asked.ts';
import { type RaisedEvent, raiseEvent } from './raise-event.ts';

/** An identity as it was just read, with the register's row from before. */
interface Seen {
  readonly identity: Identity;
  readonly contentDigest: string;
  readonly previous: IdentityRecord | undefined;
}

/** Notes what is new in a batch. To be called before the register is brought up to date, so that a crash loses nothing. */
export type NoteChanges = (batch: readonly Seen[]) => Promise<void>;

const AT_ONCE = 16;

/**
 * Makes it for one collection. The first reading of a source raises nothing: everything in it is new to us, not to the
 * organisation, and the next campaign asks about all of it.
 */
export function noteChanges(environment: Pick<Environment, 'store' | 'blobs' | 'clock'>): NoteChanges {
  const { store, clock } = environment;
  const asked = once(() => kindsAskedAbout(environment));
  const known = new Map<string, Promise<boolean>>();
  const isKnown = (identity: Identity): Promise<boolean> => {
    const place = `${identity.connector}/${identity.scope}`;
    const answer = known.get(place) ?? inventoryOf(store, identity).then((row) => row !== undefined);
    known.set(place, answer);
    return answer;
  };
  return async (batch) => {
    const raised: (RaisedEvent & { readonly identity?: Identity })[] = [];
    for (const { identity, contentDigest, previous } of batch) {
      if (identity.exclusion) continue;
      const about = { identityKey: identityKeyOf(identity.identityId), at: clock.now() };
      const grown = previous ? widenings(previous.identity, identity) : [];
      if (grown.length > 0)
        raised.push({ ...about, event: 'widened', cause: grown.join(' '), occasion: contentDigest });
      if (!previous)
        raised.push({ ...about, event: 'first-seen', cause: FIRST_SEEN, occasion: 'first seen', identity });
    }
    if (raised.length === 0) return;
    const kinds = await asked();
    await mapConcurrently(raised, AT_ONCE, async ({ identity, ...event }) => {
      if (!kinds.has(event.event) || (identity && !(await isKnown(identity)))) return;
      await raiseEvent(environment, event);
    });
  };
}

const FIRST_SEEN = 'It was not there when its system was read before.';

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}
