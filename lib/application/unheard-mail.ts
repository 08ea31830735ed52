// Mail that was taken and never heard of again: after a day the chase no longer relies on it. A late delivery still counts.
import { NOTICE_LIFECYCLE } from '../domain/chase/notice.ts';
import { accepts, transition } from '../domain/lifecycle.ts';
import type { Docket, Telling } from '../domain/review/docket.ts';
import { type Instant, plusDays } from '../domain/time.ts';
import { addressDigestOf, deskNotes } from './desk-notes.ts';
import type { Environment } from './environment.ts';
import { update } from './ports/review-store.ts';
import { settleNotice } from './settle-notice.ts';

/** Days within which a provider tells what became of a mail. */
const HEARD_WITHIN_DAYS = 1;

/** Mails that nothing was heard of, whose rung reached nobody in another way. */
function unheard({ tellings }: Pick<Docket, 'tellings'>): readonly Telling[] {
  const arrived = new Set(
    tellings.filter(({ outcome }) => outcome === 'delivered').map(({ rungId }) => rungId),
  );
  return tellings.filter(
    ({ channel, outcome, rungId }) => channel === 'email' && outcome === 'accepted' && !arrived.has(rungId),
  );
}

/** When the first of them is given up, unless something is heard of it before. */
export function unheardUntil(docket: Pick<Docket, 'tellings'>): Instant | undefined {
  const [first] = unheard(docket)
    .map(({ at }) => plusDays(at, HEARD_WITHIN_DAYS))
    .toSorted();
  return first;
}

/**
 * Gives up the mails of a docket whose day is over: they count as undeliverable, and the rung is served again to whoever else
 * it can reach. @returns whether there were any
 */
export async function giveUpUnheard(
  environment: Environment,
  docket: Docket,
  now: Instant,
): Promise<boolean> {
  const over = unheard(docket).filter(({ at }) => plusDays(at, HEARD_WITHIN_DAYS) <= now);
  let gaveUp = false;
  for (const { personId, noticeId } of over) {
    const notice = await environment.store.get('notice', { personId, noticeId });
    if (!notice || notice.state !== 'accepted' || !accepts(NOTICE_LIFECYCLE, notice.state, 'fail')) continue;
    const state = transition(NOTICE_LIFECYCLE, 'notice', notice.state, 'fail');
    const failure = 'nothing was heard of this mail for a day after it was taken';
    await leaveAlone(environment, personId, now);
    await settleNotice(environment, update('notice', notice, { state, failure }));
    gaveUp = true;
  }
  return gaveUp;
}

/** Or the same would be mailed every day, with nobody the wiser. A delivery that is told after all brings the address back. */
async function leaveAlone({ store, people }: Environment, personId: string, since: Instant): Promise<void> {
  const person = (await people.directory()).person(personId);
  if (!person) return;
  await deskNotes(store).note(personId, {
    mailDead: { addressDigest: addressDigestOf(person.email), since },
  });
}
