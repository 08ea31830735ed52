// Keeping many unchanged, alike, low-risk items with one act; each is still a decision of its own.
import { createHash } from 'node:crypto';
import { InvalidInputError, RefusedError } from '../domain/errors.ts';
import { untilNoConflict } from './conflict.ts';
import type { decide } from './decide.ts';
import { bulkItems, openItemsOf } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { loadCampaign, loadDefinition } from './load.ts';
import { remember } from './remember-act.ts';
import type { ReviewActions } from './review-actions.ts';

/** Makes the use case; the same act again gives the first outcome. Items that changed, or that another rule refuses, stay open and are counted. */
export function keepGroup(
  environment: Environment,
  decideOne: ReturnType<typeof decide>,
): ReviewActions['keepGroup'] {
  return async ({ campaignId, group, who, reason, actId }) => {
    const { store, blobs, clock } = environment;
    const earlier = await store.get('handled', { messageId: actId });
    if (earlier) return { text: earlier.outcome };
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
        if (!(error instanceof RefusedError || error instanceof InvalidInputError)) throw error;
        refused.push(`${item.name}: ${error.message}`);
      }
    }
    const left = refused.length > 0 ? ` ${refused.length} stayed open: ${refused.slice(0, 3).join(' ')}` : '';
    const text = `Kept ${kept} of ${members.length}.${left}`;
    await untilNoConflict(async () => {
      const handled = await store.get('handled', { messageId: actId });
      if (!handled) await store.commit([remember(actId, clock.now(), text)]);
    });
    return { text };
  };
}
