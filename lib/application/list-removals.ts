// Removals of one campaign or of all, and one removal by its id.
import { RefusedError } from '../domain/errors.ts';
import type { Removal } from '../domain/removal/removal.ts';
import type { Environment } from './environment.ts';
import { loadCampaign } from './load.ts';

/** Makes the use case: newest plan first. @throws RefusedError NOT_FOUND for a campaign that does not exist. */
export function listRemovals({ store }: Pick<Environment, 'store'>) {
  return async (campaignId?: string): Promise<Removal[]> => {
    const campaigns =
      campaignId === undefined ? await store.campaigns() : [await loadCampaign(store, campaignId)];
    const removals: Removal[] = [];
    for (const campaign of campaigns) {
      let cursor: string | undefined;
      do {
        const page = await store.removalsIn(campaign.campaignId, { cursor, limit: 100 });
        removals.push(...page.entries);
        cursor = page.next;
      } while (cursor !== undefined);
    }
    return removals.toSorted((a, b) => (a.plannedAt < b.plannedAt ? 1 : -1));
  };
}

/**
 * The removal of that id: looked for in the campaign named, or from the newest campaign back, page by page until it is
 * found. @throws RefusedError NOT_FOUND
 */
export async function findRemoval(
  { store }: Pick<Environment, 'store'>,
  removalId: string,
  campaignId?: string,
): Promise<Removal> {
  const campaigns =
    campaignId === undefined ? await store.campaigns() : [await loadCampaign(store, campaignId)];
  for (const campaign of campaigns) {
    let cursor: string | undefined;
    do {
      const page = await store.removalsIn(campaign.campaignId, { cursor, limit: 100 });
      const found = page.entries.find((removal) => removal.removalId === removalId);
      if (found) return found;
      cursor = page.next;
    } while (cursor !== undefined);
  }
  throw new RefusedError({ code: 'NOT_FOUND', message: `There is no removal "${removalId}".` });
}
