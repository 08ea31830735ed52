// An exception or a promise that came to nothing, in a campaign that has closed: nobody is asked there any more.
import type { Environment } from '../environment.ts';
import type { Write } from '../ports/review-store.ts';
import { historyOf } from '../standing-of.ts';
import { noteEvent, type RaisedEvent } from './raise-event.ts';

/** The write that notes the event, unless somebody has vouched for the identity since in another campaign. */
export async function noteUnlessVouched(
  { store }: Pick<Environment, 'store'>,
  raised: RaisedEvent,
): Promise<Write[]> {
  const { standing } = await historyOf(store, raised.identityKey, raised.at, raised.at);
  return standing.standing === 'vouched' ? [] : [noteEvent(raised)];
}
