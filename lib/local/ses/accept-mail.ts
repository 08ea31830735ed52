// Accepting a mail: give it an id, decide what becomes of it per recipient, remember it, publish the events.
import type { Clock } from '../../application/ports/clock.ts';
import type { EventQueue } from './event-queue.ts';
import type { Mail, OutgoingMail, RecipientOutcome } from './mail.ts';
import { derivedId, eventsOf, type SendingAccount } from './mail-events.ts';
import type { MailStore } from './mail-store.ts';
import { behaviourOf, isSimulator, type RecipientBehaviour } from './recipient-fate.ts';

/** What accepting needs. */
export interface MailAcceptance {
  readonly store: MailStore;
  readonly queue: EventQueue;
  readonly clock: Clock;
  readonly account: SendingAccount;
  readonly behaviours: ReadonlyMap<string, RecipientBehaviour>;
}

const OUTCOMES: Readonly<Record<RecipientBehaviour, RecipientOutcome>> = {
  delivers: 'delivered',
  bounces: 'bounced',
  bouncesTransiently: 'bounced-transiently',
  complains: 'complained',
  outOfOffice: 'out-of-office',
  suppressed: 'suppressed',
  vanishes: 'no-news',
};

/** Accepts an admitted mail and returns it as stored. */
export function acceptMail(context: MailAcceptance, outgoing: OutgoingMail): Mail {
  const { store, clock, behaviours } = context;
  const { recipientAddresses, isInfected, ...content } = outgoing;
  const sentAt = clock.now();
  const messageId = derivedId(sentAt, String(store.mails().length), JSON.stringify(content));
  const mail: Mail = {
    ...content,
    messageId,
    sentAt,
    recipients: recipientAddresses.map((address) => ({
      address,
      outcome: isInfected ? 'rejected' : outcomeFor(store, address, behaviours),
    })),
  };
  store.add(mail);
  suppressAfter(store, mail);
  context.queue.push(eventsOf(mail, context.account));
  return mail;
}

function outcomeFor(
  store: MailStore,
  address: string,
  behaviours: ReadonlyMap<string, RecipientBehaviour>,
): RecipientOutcome {
  if (store.suppression(address)) return 'suppressed';
  return OUTCOMES[behaviourOf(address, behaviours)];
}

/** Hard bounces and complaints put an address on the account's list; the simulator's never do. */
function suppressAfter(store: MailStore, { messageId, sentAt, recipients }: Mail): void {
  for (const { address, outcome } of recipients) {
    if (isSimulator(address) || (outcome !== 'bounced' && outcome !== 'complained')) continue;
    const reason = outcome === 'bounced' ? 'BOUNCE' : 'COMPLAINT';
    store.suppress({ address, reason, at: sentAt, messageId });
  }
}
