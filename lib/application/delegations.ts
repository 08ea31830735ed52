// Who answers for whom just now.
import type { Campaign, CampaignId } from '../domain/campaign/campaign.ts';
import { type Delegation, delegationPath, MAX_DELEGATION_HOPS } from '../domain/review/delegation.ts';
import type { Person } from '../domain/review/person.ts';
import type { Instant } from '../domain/time.ts';
import { liveDockets } from './docket-view.ts';
import type { Environment } from './environment.ts';
import { loadDefinition } from './load.ts';
import type { Records } from './ports/records.ts';
import type { ReviewStore } from './ports/review-store.ts';

type Delegated = Records['delegation'];

/**
 * Every delegation that holds now, or at some moment until `until`, through which others' rights come to this person, at
 * most 3 hops back.
 */
export function delegationsReaching(
  store: ReviewStore,
  personId: string,
  now: Instant,
  until: Instant = now,
): Promise<Delegated[]> {
  return follow(
    personId,
    { now, until },
    (id) => store.delegationsTo(id),
    ({ from }) => from,
  );
}

/**
 * Every delegation that holds now, or at some moment until `until`, through which this person's rights come to others, at
 * most 3 hops on.
 */
export function delegationsFollowing(
  store: ReviewStore,
  personId: string,
  now: Instant,
  until: Instant = now,
): Promise<Delegated[]> {
  return follow(
    personId,
    { now, until },
    (id) => store.delegationsFrom(id),
    ({ to }) => to,
  );
}

/** Those that hold in one review. */
export function inCampaign(delegations: readonly Delegated[], campaignId: CampaignId): readonly Delegation[] {
  return delegations.filter(({ campaignIds }) => campaignIds.includes(campaignId));
}

/** A docket of somebody else that this person may answer now. */
export interface DelegatedDocket {
  readonly campaign: Campaign;
  /** Whose it is. */
  readonly reviewer: Person;
}

/** Every live docket that others' rights give this person, due first. */
export async function delegatedDockets(
  environment: Environment,
  personId: string,
): Promise<readonly DelegatedDocket[]> {
  const { store, blobs, people, clock } = environment;
  const now = clock.now();
  const delegations = await delegationsReaching(store, personId, now);
  if (delegations.length === 0) return [];
  const directory = await people.directory();
  const found: DelegatedDocket[] = [];
  for (const from of new Set(delegations.map((one) => one.from))) {
    const reviewer = directory.person(from);
    if (!reviewer || from === personId) continue;
    for (const { campaign } of await liveDockets(environment, from)) {
      const definition = await loadDefinition(blobs, campaign.definitionDigest);
      const held = inCampaign(delegations, campaign.campaignId);
      if (!delegationPath(from, personId, held, { definition, directory, now })) continue;
      found.push({ campaign, reviewer });
    }
  }
  return found.toSorted((a, b) => (a.campaign.dueAt < b.campaign.dueAt ? -1 : 1));
}

async function follow(
  personId: string,
  span: { readonly now: Instant; readonly until: Instant },
  read: (personId: string) => Promise<Delegated[]>,
  nextOf: (delegation: Delegated) => string,
): Promise<Delegated[]> {
  const found = new Map<string, Delegated>();
  let people = [personId];
  for (let hop = 0; hop < MAX_DELEGATION_HOPS && people.length > 0; hop += 1) {
    const steps = (await Promise.all(people.map(read))).flat().filter((one) => {
      const begins = one.fromAt === undefined || one.fromAt <= span.until;
      return one.endedAt === undefined && begins && one.until > span.now && !found.has(one.delegationId);
    });
    for (const step of steps) found.set(step.delegationId, step);
    people = [...new Set(steps.map(nextOf))];
  }
  return [...found.values()];
}
