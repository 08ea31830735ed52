// Everything a scene can be cast from: the open items of the quarter's review, with what their reviewers are shown.

import { loadSnapshot } from '../../application/load.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { PopulationEntry } from '../../domain/campaign/population.ts';
import type { ReviewItem } from '../../domain/review/review-item.ts';
import type { Snapshot } from '../../domain/review/snapshot.ts';
import type { HabitName } from '../company/company.ts';
import type { Stage } from './stage.ts';

/** One item that can play a part. */
export interface Candidate {
  readonly item: ReviewItem;
  readonly snapshot: Snapshot;
  readonly habit: HabitName | undefined;
}

/** The candidates that are still free. */
export interface CastingPool {
  /** Free candidates of reviewers with one of these habits. */
  of(...habits: readonly HabitName[]): readonly Candidate[];
  /** Free candidates nobody owns, the riskiest first: whoever is told of many sees those. */
  orphans(): readonly Candidate[];
  /**
   * Takes the candidate the company would rather see in the scene, else the first that fits; undefined when none does.
   */
  take(
    sceneId: string,
    among: readonly Candidate[],
    fits: (candidate: Candidate) => boolean,
  ): Candidate | undefined;
  /** Treats items nobody owns as one person's, who is going to claim them. */
  lend(candidates: readonly Candidate[], habit: HabitName): readonly Candidate[];
}

/** Identities looked at for casting; an account can be larger than any story needs. */
const MAX_CANDIDATES = 3000;

/** Reads the candidates of a campaign in the reverse order of dockets: stories are told with ordinary identities. */
export async function readCandidates(stage: Stage, campaign: Campaign): Promise<readonly Candidate[]> {
  const { blobs, store } = stage.stack.environment;
  const keys: { campaignId: Campaign['campaignId']; identityKey: ReviewItem['identityKey'] }[] = [];
  for await (const line of blobs.lines(campaign.populationDigest ?? '')) {
    const entry = PopulationEntry.parse(JSON.parse(line));
    if (entry.included) keys.push({ campaignId: campaign.campaignId, identityKey: entry.identityKey });
    if (keys.length >= MAX_CANDIDATES) break;
  }
  const items = (await store.getMany('item', keys)).filter((item) => item !== undefined);
  const candidates: Candidate[] = [];
  for (const item of items.toSorted((a, b) => a.risk - b.risk || (a.identityKey < b.identityKey ? 1 : -1))) {
    const snapshot = await loadSnapshot(blobs, item.snapshot);
    const habit = stage.company.casting.habits[item.reviewerId];
    candidates.push({ item, snapshot, habit });
  }
  return candidates;
}

/** Makes the pool. What is taken is not offered again; nor is what some other scene stars in. */
export function castingPool(stage: Stage, candidates: readonly Candidate[]): CastingPool {
  const taken = new Set<string>();
  const lent = new Map<string, HabitName>();
  const { starring } = stage.company.casting;
  const isFree = ({ item }: Candidate) => !taken.has(item.identityKey);
  const starsElsewhere = (sceneId: string, { item }: Candidate) =>
    Object.entries(starring).some(([other, names]) => other !== sceneId && names.includes(item.name));
  const isOrphan = ({ item }: Candidate) => item.routedBy === 'fallback';
  return {
    of: (...habits) =>
      candidates.filter((candidate) => {
        const habit =
          lent.get(candidate.item.identityKey) ?? (isOrphan(candidate) ? undefined : candidate.habit);
        return isFree(candidate) && habit !== undefined && habits.includes(habit);
      }),
    orphans: () =>
      candidates
        .filter(
          (candidate) => isFree(candidate) && isOrphan(candidate) && !lent.has(candidate.item.identityKey),
        )
        .toReversed(),
    take(sceneId, among, fits) {
      const names = starring[sceneId];
      const free = among.filter(isFree);
      const found = names
        ? free.find(({ item }) => names.includes(item.name))
        : free.find((candidate) => !starsElsewhere(sceneId, candidate) && fits(candidate));
      if (found) taken.add(found.item.identityKey);
      return found;
    },
    lend(some, habit) {
      for (const { item } of some) lent.set(item.identityKey, habit);
      return some;
    },
  };
}
