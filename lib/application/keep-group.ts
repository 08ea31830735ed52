// Keeping many unchanged, alike, low-risk items with one act; each is still a decision of its own.
import { createHash } from 'node:crypto';
import { RefusedError } from '../domain/errors.ts';
import type { decide } from './decide.ts';
import { bulkItems, openItemsOf } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { loadCampaign, loadDefinition } from './load.ts';
import type { ReviewActions } from './review-actions.ts';

/** Makes the use case. Items that changed, or that another rule refuses, stay open and are counted. */
export function keepGroup(
  environment: Environment,
  decideOne: ReturnType<typeof decide>,
): ReviewActions['keepGroup'] {
  return async ({ campaignId, group, who, reason, actId }) => {
    const { store, blobs } = environment;
    const campaign = await loadCampaign(store, campaignId);
    const definition = await loadDefinition(blobs, campaign.definitionDigest);
    const open = await openItemsOf(environment, campaign, who.personId);
    const members = bulkItems(open, definition).get(group) ?? [];
    let kept = 0;
    const refused: string[] = [];
    for (const item of members) {
      const id = createHash('sha256').update(`${actId}/${item.identityKey}`).digest('hex');
      try {
        await decideOne(
          { item, request: { verdict: 'certify', reason }, who, actId: id },
          { group, size: members.length },
        );
        kept += 1;
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        refused.push(`${item.name}: ${error.message}`);
      }
    }
    const left = refused.length > 0 ? ` ${refused.length} stayed open: ${refused.slice(0, 3).join(' ')}` : '';
    return { text: `Kept ${kept} of ${members.length}.${left}` };
  };
}
