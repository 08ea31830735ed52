// Telling somebody that they may answer for another, or no longer; and the other one, where somebody else said so.
import { mayReview } from '../domain/review/resolve-owner.ts';
import type { Environment } from './environment.ts';
import { loadCampaign } from './load.ts';
import type { Records } from './ports/records.ts';
import type { Telling, TellPerson } from './tell-person.ts';

/** Tells each of them once; not somebody who has left meanwhile. */
export async function tellDelegate(
  { store, people, clock }: Pick<Environment, 'store' | 'people' | 'clock'>,
  tell: TellPerson,
  given: Records['delegation'],
): Promise<void> {
  const directory = await people.directory();
  const now = clock.now();
  const { fromAt, until, reason } = given;
  const [from, to] = [directory.person(given.from), directory.person(given.to)];
  const ended = given.endedAt !== undefined;
  const telling: Omit<Telling, 'to'> = {
    purpose: 'delegation',
    occasion: `${given.delegationId}/${ended ? 'ended' : 'given'}`,
    shown: [],
    body: async () => {
      const campaigns = await Promise.all(given.campaignIds.map((id) => loadCampaign(store, id)));
      return {
        purpose: 'delegation',
        from: from?.name ?? given.from,
        to: to?.name ?? given.to,
        ...(fromAt !== undefined && fromAt > now ? { fromAt } : {}),
        until,
        campaigns: campaigns.map(({ title }) => title),
        reason,
        ended,
      };
    },
  };
  for (const side of given.givenBy === undefined ? [to] : [to, from]) {
    if (side && mayReview(side, now)) await tell({ ...telling, to: side });
  }
}
