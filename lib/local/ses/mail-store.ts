// What the stand-in remembers: accepted mails and the account's suppression list.
import * as z from 'zod';
import { Instant } from '../../domain/time.ts';
import { openJournal } from '../iam/journal.ts';
import { Mail } from './mail.ts';

/** Why an address is suppressed. */
export const SuppressionReason = z.enum(['BOUNCE', 'COMPLAINT']);
export type SuppressionReason = z.infer<typeof SuppressionReason>;

const Suppression = z.strictObject({
  address: z.string(),
  reason: SuppressionReason,
  at: Instant,
  messageId: z.string().optional(),
});
/** One suppressed address. */
export type Suppression = z.infer<typeof Suppression>;

const StoreEntry = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('mail'), mail: Mail }),
  z.strictObject({ kind: z.literal('suppressed'), suppression: Suppression }),
  z.strictObject({ kind: z.literal('unsuppressed'), address: z.string() }),
]);
type StoreEntry = z.infer<typeof StoreEntry>;

/** Mails in the order they were accepted, and the suppression list. */
export interface MailStore {
  mails(): readonly Mail[];
  mail(messageId: string): Mail | undefined;
  add(mail: Mail): void;
  suppressions(): readonly Suppression[];
  suppression(address: string): Suppression | undefined;
  suppress(suppression: Suppression): void;
  /** False when it was not on the list. */
  unsuppress(address: string): boolean;
}

/** Opens the store; with a file it outlives a restart. */
export function openMailStore(dataFile: string | undefined): MailStore {
  const mails: Mail[] = [];
  const byId = new Map<string, Mail>();
  const suppressions = new Map<string, Suppression>();
  const apply = (entry: StoreEntry): void => {
    if (entry.kind === 'mail') {
      mails.push(entry.mail);
      byId.set(entry.mail.messageId, entry.mail);
    } else if (entry.kind === 'suppressed') suppressions.set(entry.suppression.address, entry.suppression);
    else suppressions.delete(entry.address);
  };
  const journal = openJournal(dataFile, StoreEntry);
  journal.earlier.forEach(apply);
  const commit = (entry: StoreEntry): void => {
    journal.append(entry);
    apply(entry);
  };
  return {
    mails: () => mails,
    mail: (messageId) => byId.get(messageId),
    add: (mail) => commit({ kind: 'mail', mail }),
    suppressions: () => [...suppressions.values()],
    suppression: (address) => suppressions.get(address),
    suppress: (suppression) => commit({ kind: 'suppressed', suppression }),
    unsuppress(address) {
      if (!suppressions.has(address)) return false;
      commit({ kind: 'unsuppressed', address });
      return true;
    },
  };
}
