// What is remembered of reaching a person: their conversation in Slack, that their mail comes back, what they want no more.
import { createHash } from 'node:crypto';
import type { Person } from '../domain/review/person.ts';
import { type Instant, plusDays } from '../domain/time.ts';
import { untilNoConflict } from './conflict.ts';
import type { DeskRecord } from './ports/desk-records.ts';
import { create, type ReviewStore, update } from './ports/review-store.ts';

/** What is remembered; each part is absent where nothing is. */
export type DeskNote = Pick<DeskRecord, 'dm' | 'mailDead' | 'summariesStopped' | 'linksRevokedAt'>;

/** Reads and writes it. */
export interface DeskNotes {
  read(personId: string): Promise<DeskNote>;
  /** Changes the parts that are named; `undefined` forgets one. */
  note(personId: string, change: DeskNote): Promise<void>;
}

/** Days for which an address that bounced for good is not tried again. */
const DEAD_DAYS = 14;

/** Makes the notes, kept on the person's desk. */
export function deskNotes(store: ReviewStore): DeskNotes {
  return {
    async read(personId) {
      return (await store.get('desk', { personId })) ?? {};
    },
    note: (personId, change) =>
      untilNoConflict(async () => {
        const desk = await store.get('desk', { personId });
        const write = desk
          ? update('desk', desk, change)
          : create('desk', { schemaVersion: 1, version: 1, personId, ...change });
        await store.commit([write]);
      }),
  };
}

/** Whether mail to the person's present address came back for good, not long ago. */
export function isMailDead({ mailDead }: DeskNote, { email }: Pick<Person, 'email'>, now: Instant): boolean {
  if (!mailDead) return false;
  return mailDead.addressDigest === addressDigestOf(email) && now < plusDays(mailDead.since, DEAD_DAYS);
}

/** SHA-256 (hex) of an address: a new one is told from the old without keeping either. */
export function addressDigestOf(email: string): string {
  return createHash('sha256').update(email.toLowerCase()).digest('hex');
}
