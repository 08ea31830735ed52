// Campaigns that are running, and who looks after each of them.
import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { Directory } from '../../domain/review/directory.ts';
import type { Person } from '../../domain/review/person.ts';
import { isHere } from '../../domain/review/resolve-owner.ts';
import type { Environment } from '../environment.ts';
import { loadDefinition } from '../load.ts';
import { isOver } from '../pulse/count-campaign.ts';
import { peopleNamed } from '../tell-person.ts';

/** A running campaign and everybody its definition names as manager. */
export interface ManagedCampaign {
  readonly campaign: Campaign;
  readonly managers: readonly Person[];
}

/** Every campaign that people are asked in now, soonest due first. Each definition is read once. */
export async function managedCampaigns(
  { store, blobs, clock }: Environment,
  directory: Directory,
): Promise<readonly ManagedCampaign[]> {
  const now = clock.now();
  const running = (await store.campaigns()).filter((one) => !isOver(one) && one.state !== 'opening');
  const named = new Map<string, readonly Person[]>();
  for (const digest of new Set(running.map(({ definitionDigest }) => definitionDigest))) {
    const { reviewers } = await loadDefinition(blobs, digest);
    const people = peopleNamed(directory, reviewers.manager);
    named.set(
      digest,
      people.filter((one) => isHere(one, now) && one.fullMember),
    );
  }
  return running
    .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
    .map((campaign) => ({ campaign, managers: named.get(campaign.definitionDigest) ?? [] }));
}
