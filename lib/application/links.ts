// Links in mails: unguessable, for one person and one purpose, stored by digest only, and revocable.
import { createHash } from 'node:crypto';
import { RefusedError } from '../domain/errors.ts';
import type { Person } from '../domain/review/person.ts';
import { isHere } from '../domain/review/resolve-owner.ts';
import { DAY_MS, plusMs } from '../domain/time.ts';
import { deskNotes } from './desk-notes.ts';
import type { Environment } from './environment.ts';
import type { LinkRecord } from './ports/desk-records.ts';
import { create } from './ports/review-store.ts';

/** How long a link is good for, in ms. Who finds an old summary may still stop the next one. */
const GOOD_FOR_MS: Readonly<Record<LinkRecord['purpose'], number>> = {
  review: 45 * DAY_MS,
  unsubscribe: 180 * DAY_MS,
};

/** SHA-256 (hex) over parts, so that no two lists of parts share one. */
export function digestOfParts(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Makes a link's token; only its digest is kept. */
export async function makeLink(
  { store, randomness, clock }: Environment,
  personId: string,
  purpose: LinkRecord['purpose'],
): Promise<string> {
  const token = randomness.token(32);
  const madeAt = clock.now();
  await store.commit([
    create('link', {
      schemaVersion: 1,
      version: 1,
      tokenDigest: digestOfParts('link', token),
      personId,
      purpose,
      madeAt,
      expiresAt: plusMs(madeAt, GOOD_FOR_MS[purpose]),
    }),
  ]);
  return token;
}

/**
 * Whom a link was made for. One of another purpose is none. @throws RefusedError NOT_FOUND, or EXPIRED when it is too old, was
 * revoked, or the person is not here any more
 */
export async function personOfLink(
  environment: Environment,
  token: string,
  purpose: LinkRecord['purpose'],
): Promise<Person> {
  const { store, clock, people } = environment;
  const link = await store.get('link', { tokenDigest: digestOfParts('link', token) });
  if (link?.purpose !== purpose)
    throw new RefusedError({ code: 'NOT_FOUND', message: 'This link is not valid.' });
  if (link.expiresAt <= clock.now()) throw expired('This link has expired. The newest mail has a fresh one.');
  const person = (await people.directory()).person(link.personId);
  if (!person || !isHere(person, clock.now())) throw expired('This link is not valid any more.');
  if (purpose === 'review' && (await isRevoked(environment, link)))
    throw expired('This link was revoked. The next mail has a fresh one, and nothing of yours is lost.');
  return person;
}

/** Makes every review link that a person was sent until now show nothing any more. Links to unsubscribe show nothing anyway. */
export async function revokeLinks({ store, clock }: Environment, personId: string): Promise<void> {
  await deskNotes(store).note(personId, { linksRevokedAt: clock.now() });
}

async function isRevoked({ store }: Environment, link: LinkRecord): Promise<boolean> {
  const { linksRevokedAt } = await deskNotes(store).read(link.personId);
  const madeAt = link.madeAt ?? plusMs(link.expiresAt, -GOOD_FOR_MS[link.purpose]);
  return linksRevokedAt !== undefined && madeAt <= linksRevokedAt;
}

function expired(message: string): RefusedError {
  return new RefusedError({ code: 'EXPIRED', message });
}
