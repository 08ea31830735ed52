// What "whose is this?" shows when it is asked: what nobody has claimed by then.
import { CampaignId } from '../domain/campaign/campaign.ts';
import { IdentityKey } from '../domain/identity/identity-id.ts';
import { openItemsOf, viewItem } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { mapConcurrently } from './in-batches.ts';
import { loadCampaign } from './load.ts';
import type { MessageBody } from './ports/messenger.ts';

/** Identities shown in one message. */
const SHOWN = 10;

type ClaimWanted = Extract<MessageBody, { readonly purpose: 'claim-wanted' }>;

/**
 * The question named by an occasion: `<campaign>/orphans` about everything nobody owns in a fallback's docket,
 * `<campaign>/<identity>/proposed-<when>` about one identity. Undefined when there is nothing to ask any more.
 */
export async function claimsWanted(
  environment: Environment,
  occasion: string,
  fallbackId: string,
): Promise<ClaimWanted | undefined> {
  const [campaign = '', second = ''] = occasion.split('/');
  const campaignId = CampaignId.safeParse(campaign);
  if (!campaignId.success) return undefined;
  return second === 'orphans'
    ? orphans(environment, campaignId.data, fallbackId)
    : proposed(environment, campaignId.data, second);
}

async function orphans(
  environment: Environment,
  campaignId: CampaignId,
  fallbackId: string,
): Promise<ClaimWanted | undefined> {
  const campaign = await loadCampaign(environment.store, campaignId);
  const items = await openItemsOf(environment, campaign, fallbackId);
  const unowned = items.filter(({ routedBy, claim }) => routedBy === 'fallback' && !claim);
  if (unowned.length === 0) return undefined;
  const rest = unowned.length - SHOWN;
  return {
    purpose: 'claim-wanted',
    items: await mapConcurrently(unowned.slice(0, SHOWN), 8, (item) => viewItem(environment, item)),
    text:
      rest > 0
        ? `Nobody is known to own these; ${rest} more wait like them.`
        : 'Nobody is known to own these.',
  };
}

async function proposed(
  environment: Environment,
  campaignId: CampaignId,
  identityKey: string,
): Promise<ClaimWanted | undefined> {
  const key = IdentityKey.safeParse(identityKey);
  if (!key.success) return undefined;
  const { store, people } = environment;
  const item = await store.get('item', { campaignId, identityKey: key.data });
  if (!item?.proposal || item.claim || item.state !== 'open' || item.routedBy !== 'fallback')
    return undefined;
  const { by, reason } = item.proposal;
  const name = (await people.directory()).person(by)?.name ?? by;
  const why = reason === '' ? '' : ` They say: ${reason}`;
  const text = `${name} thinks that it is yours.${why}`;
  return { purpose: 'claim-wanted', items: [await viewItem(environment, item)], text };
}
