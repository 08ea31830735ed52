// What became of a mail after the provider took it: delivered, bounced, … recorded on its notice, in whatever order told.
import { NOTICE_LIFECYCLE, type Notice } from '../domain/chase/notice.ts';
import { ConflictError } from '../domain/errors.ts';
import { accepts, transition } from '../domain/lifecycle.ts';
import type { Instant } from '../domain/time.ts';
import { addressDigestOf, deskNotes } from './desk-notes.ts';
import type { Environment } from './environment.ts';
import { update } from './ports/review-store.ts';
import { settleNotice } from './settle-notice.ts';

/**
 * News about a mail. An `out-of-office` answer and a complaint prove nothing about being unreachable, nor does `delayed`: the
 * provider goes on trying, and says later what came of it.
 */
export interface MailEvent {
  readonly kind:
    | 'delivered'
    | 'bounced'
    | 'complained'
    | 'out-of-office'
    | 'rejected'
    | 'delayed'
    | 'ignored';
  /** A bounce for good: the address need not be tried again soon. */
  readonly permanent?: boolean | undefined;
  /** The provider's id of the mail; empty for news about no mail of ours. */
  readonly messageId: string;
  /** The notice and person the mail was tagged with when sent; absent on mails of others. */
  readonly notice?: { readonly noticeId: string; readonly personId: string } | undefined;
  readonly recipients: readonly string[];
  readonly at: Instant | undefined;
  /** In a few words, for the record. */
  readonly detail: string;
}

/** `recorded`: the notice has a new state. `unchanged`: nothing new. `not-ours`: no notice belongs to the mail. */
export type MailEventOutcome = 'recorded' | 'unchanged' | 'not-ours';

const TRIES = 8;

/**
 * Makes the use case. The same event twice, or a bounce after a delivery, changes nothing; a delivery after a bounce
 * counts. An event that overtakes the sender's own bookkeeping finds its notice by the mail's tags.
 * @throws ConflictError when others kept changing the notice: the queue brings the event again.
 */
export function recordMailEvent(environment: Environment): (event: MailEvent) => Promise<MailEventOutcome> {
  return async (event) => {
    const move = moveOf(event);
    if (!move) return 'unchanged';
    for (let round = 0; round < TRIES; round += 1) {
      const notice = await noticeOf(environment, event);
      if (!notice) return 'not-ours';
      if (!accepts(NOTICE_LIFECYCLE, notice.state, move)) return 'unchanged';
      const confirmed = update('notice', notice, changeOf(environment, notice, event, move));
      const kept = await settleNotice(environment, confirmed);
      if (event.permanent) await rememberDead(environment, notice.personId, event);
      if (move === 'deliver' && notice.state === 'undeliverable')
        await deskNotes(environment.store).note(notice.personId, { mailDead: undefined });
      // `settleNotice` gives way to whoever wrote first; then the event must be looked at again.
      if (kept.version === confirmed.record.version && kept.state === confirmed.record.state)
        return 'recorded';
    }
    throw new ConflictError({
      code: 'CONFLICT',
      message: `The notice of mail ${event.messageId} kept changing while its ${event.kind} was recorded.`,
    });
  };
}

/** The address is left alone for a while; whoever it belongs to is told in other ways. */
async function rememberDead(
  { store, clock }: Environment,
  personId: string,
  { recipients: [address] }: MailEvent,
): Promise<void> {
  if (address === undefined) return;
  const mailDead = { addressDigest: addressDigestOf(address), since: clock.now() };
  await deskNotes(store).note(personId, { mailDead });
}

function moveOf({ kind }: MailEvent): 'deliver' | 'fail' | undefined {
  if (kind === 'delivered') return 'deliver';
  return kind === 'bounced' || kind === 'rejected' ? 'fail' : undefined;
}

async function noticeOf({ store }: Environment, event: MailEvent): Promise<Notice | undefined> {
  const byId = await store.noticeByProviderId('email', event.messageId);
  if (byId || !event.notice) return byId;
  const tagged = await store.get('notice', event.notice);
  return tagged?.channel === 'email' ? tagged : undefined;
}

function changeOf(
  { clock }: Environment,
  notice: Notice,
  event: MailEvent,
  move: 'deliver' | 'fail',
): Partial<Notice> {
  const at = clock.now();
  const state = transition(NOTICE_LIFECYCLE, 'notice', notice.state, move);
  const sent = {
    state,
    providerId: notice.providerId ?? event.messageId,
    acceptedAt: notice.acceptedAt ?? at,
  };
  if (move === 'deliver') return { ...sent, deliveredAt: at };
  return { ...sent, failure: `${event.kind}: ${event.detail}` };
}
