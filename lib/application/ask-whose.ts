// "Whose is this?": identities nobody owns are shown to the people who answer for teams, once per campaign.
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Directory } from '../domain/review/directory.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { viewItem } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { mapConcurrently } from './in-batches.ts';
import type { TellPerson } from './tell-person.ts';

/** Identities shown in one message, and people asked, at most: a question to everybody is a question to nobody. */
const SHOWN = 10;
const ASKED = 20;

/** Asks the accountable people of teams, the fallback reviewer left out (they have the docket itself). */
export async function askWhose(
  environment: Environment,
  tell: TellPerson,
  campaign: Campaign,
  fallbackId: string,
  items: readonly ReviewItem[],
): Promise<void> {
  const orphans = items.filter(({ routedBy }) => routedBy === 'fallback');
  if (orphans.length === 0) return;
  const directory = await environment.people.directory();
  const shown = orphans.slice(0, SHOWN);
  for (const to of accountablePeople(directory)
    .filter(({ personId }) => personId !== fallbackId)
    .slice(0, ASKED)) {
    await tell({
      to,
      purpose: 'claim-wanted',
      occasion: `${campaign.campaignId}/orphans`,
      shown: shown.map(({ snapshot }) => snapshot),
      body: async () => ({
        purpose: 'claim-wanted',
        items: await mapConcurrently(shown, 8, (item) => viewItem(environment, item)),
        text:
          orphans.length > shown.length
            ? `Nobody is known to own these; ${orphans.length - shown.length} more wait like them.`
            : 'Nobody is known to own these.',
      }),
    });
  }
}

function accountablePeople(directory: Directory) {
  const ids = new Set(directory.teams().map(({ accountableId }) => accountableId));
  return [...ids]
    .map((id) => directory.person(id))
    .filter((person) => person !== undefined)
    .filter(({ active, fullMember }) => active && fullMember);
}
