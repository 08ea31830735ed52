// From `<campaign>/<identity>` as a person writes it to the review item.
import { PopulationEntry } from '../domain/campaign/population.ts';
import { InvalidInputError, RefusedError } from '../domain/errors.ts';
import type { ItemRef } from '../domain/review/decision.ts';
import type { Environment } from './environment.ts';
import { keyIn, severalText } from './find-identity.ts';
import { loadCampaign, loadItem } from './load.ts';

/**
 * The item of `<campaignId>/<identity key | identity id | name>`; a name must be unique in the campaign.
 * @throws InvalidInputError BAD_ARGUMENT naming the candidates; RefusedError NOT_FOUND
 */
export async function findItem(environment: Environment, called: string): Promise<ItemRef> {
  const slash = called.indexOf('/');
  if (slash < 1 || slash === called.length - 1) {
    throw new InvalidInputError({
      code: 'BAD_ARGUMENT',
      message: `"${called}" names no review item: write <campaign>/<identity>, as the inbox shows it.`,
    });
  }
  const campaign = await loadCampaign(environment.store, called.slice(0, slash));
  const rest = called.slice(slash + 1);
  const key = keyIn(rest);
  const direct =
    key && (await environment.store.get('item', { campaignId: campaign.campaignId, identityKey: key }));
  if (direct) return { campaignId: campaign.campaignId, identityKey: direct.identityKey };
  const named: PopulationEntry[] = [];
  if (campaign.populationDigest !== undefined) {
    for await (const line of environment.blobs.lines(campaign.populationDigest)) {
      const entry = PopulationEntry.parse(JSON.parse(line));
      if (entry.included && entry.name === rest) named.push(entry);
    }
  }
  const [only, ...others] = named;
  if (others.length > 0) {
    throw new InvalidInputError({ code: 'BAD_ARGUMENT', message: severalText(rest, named) });
  }
  if (!only) {
    throw new RefusedError({
      code: 'NOT_FOUND',
      message: `Campaign ${campaign.campaignId} asks about no identity "${rest}".`,
    });
  }
  const { identityKey } = await loadItem(environment.store, {
    campaignId: campaign.campaignId,
    identityKey: only.identityKey,
  });
  return { campaignId: campaign.campaignId, identityKey };
}
