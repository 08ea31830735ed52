// "Whose is this?": identities nobody owns are shown to the people who answer for teams, and in a channel where there is one, once per campaign.
import type { Campaign } from '../domain/campaign/campaign.ts';
import type { Directory } from '../domain/review/directory.ts';
import type { ReviewItem } from '../domain/review/review-item.ts';
import { tellChannel } from './channels/channel-desk.ts';
import type { Environment } from './environment.ts';
import { gatherLine } from './gather-line.ts';

/** People asked at most: a question to everybody is a question to nobody. */
const ASKED = 20;

/** Has the accountable people of teams asked, the fallback reviewer left out (they have the docket itself). */
export async function askWhose(
  environment: Environment,
  campaign: Campaign,
  fallbackId: string,
  items: readonly ReviewItem[],
): Promise<void> {
  if (!items.some(({ routedBy }) => routedBy === 'fallback')) return;
  const directory = await environment.people.directory();
  const asked = accountablePeople(directory).filter(({ personId }) => personId !== fallbackId);
  const line = { what: 'claim-wanted' as const, of: `${campaign.campaignId}/orphans`, text: fallbackId };
  await tellChannel(environment, 'claim', line);
  for (const to of asked.slice(0, ASKED)) await gatherLine(environment, 'singly', line, [to]);
}

function accountablePeople(directory: Directory) {
  const ids = new Set(directory.teams().map(({ accountableId }) => accountableId));
  return [...ids]
    .map((id) => directory.person(id))
    .filter((person) => person !== undefined)
    .filter(({ active, fullMember }) => active && fullMember);
}
