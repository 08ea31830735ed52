// Identities that something happened to, as a campaign about them alone has frozen them.
import * as z from 'zod';
import { EventCause, eventWords } from '../../domain/campaign/event.ts';
import { IdentityId, IdentityKey } from '../../domain/identity/identity-id.ts';
import { Instant } from '../../domain/time.ts';
import { parseStored } from '../load.ts';
import { fileBytes, readFileBytes } from '../plain-json.ts';
import type { Blobs } from '../ports/blobs.ts';

/** One identity and everything that happened to it. */
export const ChosenIdentity = z.strictObject({
  identityKey: IdentityKey,
  identityId: IdentityId,
  events: z
    .array(z.strictObject({ eventId: z.string(), event: EventCause, cause: z.string(), at: Instant }))
    .min(1),
});
export type ChosenIdentity = z.infer<typeof ChosenIdentity>;

/** Stores them, in the order of their keys; returns the digest. */
export async function freezeChosen(blobs: Blobs, chosen: readonly ChosenIdentity[]): Promise<string> {
  return blobs.put(fileBytes(chosen.toSorted((a, b) => (a.identityKey < b.identityKey ? -1 : 1))));
}

/** Those frozen under a digest. @throws IntegrityError CORRUPT_RECORD */
export async function loadChosen(blobs: Blobs, digest: string): Promise<readonly ChosenIdentity[]> {
  return parseStored(
    z.array(ChosenIdentity),
    readFileBytes(await blobs.get(digest)),
    `chosen identities ${digest}`,
  );
}

/** Why each is asked about, as its line of the population manifest says it. */
export function reasonsOf(chosen: readonly ChosenIdentity[]): ReadonlyMap<string, string> {
  return new Map(
    chosen.map(({ identityId, events }) => {
      const happened = events.map(
        ({ event, cause, at }) => `${eventWords(event)} on ${at.slice(0, 10)}: ${cause}`,
      );
      const [first = '', ...rest] = happened;
      return [identityId, [first.charAt(0).toUpperCase() + first.slice(1), ...rest].join('; ')];
    }),
  );
}
