// Telling somebody that they may answer for another now, or no longer.
import { mayReview } from '../domain/review/resolve-owner.ts';
import type { Environment } from './environment.ts';
import { loadCampaign } from './load.ts';
import type { Records } from './ports/records.ts';
import type { TellPerson } from './tell-person.ts';

/** Tells them once; not somebody who has left meanwhile. */
export async function tellDelegate(
  { store, people, clock }: Pick<Environment, 'store' | 'people' | 'clock'>,
  tell: TellPerson,
  given: Records['delegation'],
): Promise<void> {
  const directory = await people.directory();
  const to = directory.person(given.to);
  if (!to || !mayReview(to, clock.now())) return;
  const ended = given.endedAt !== undefined;
  await tell({
    to,
    purpose: 'delegation',
    occasion: `${given.delegationId}/${ended ? 'ended' : 'given'}`,
    shown: [],
    body: async () => {
      const campaigns = await Promise.all(given.campaignIds.map((id) => loadCampaign(store, id)));
      return {
        purpose: 'delegation',
        from: directory.person(given.from)?.name ?? given.from,
        to: to.name,
        until: given.until,
        campaigns: campaigns.map(({ title }) => title),
        reason: given.reason,
        ended,
      };
    },
  });
}
