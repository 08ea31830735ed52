// The directory today, compared with the one seen last: what people who are newly gone had open goes on to others, and
// what they answered for last is asked about again; their links in mails end.
import { type Campaign, TAKES_ANSWERS } from '../../domain/campaign/campaign.ts';
import { PopulationEntry } from '../../domain/campaign/population.ts';
import { ConflictError } from '../../domain/errors.ts';
import type { IdentityKey } from '../../domain/identity/identity-id.ts';
import type { Directory } from '../../domain/review/directory.ts';
import { mayReview } from '../../domain/review/resolve-owner.ts';
import { DAY_MS, type Instant, plusMs } from '../../domain/time.ts';
import type { Environment } from '../environment.ts';
import { inBatches, mapConcurrently } from '../in-batches.ts';
import { revokeLinks } from '../links.ts';
import { freezeDirectory, loadDirectory } from '../load.ts';
import { create, update } from '../ports/review-store.ts';
import { rehomeDocket } from '../rehome-docket.ts';
import { kindsAskedAbout } from './kinds-asked.ts';
import { raiseEvent } from './raise-event.ts';

const KEY = { name: 'people' } as const;
/** How often the directory is compared, in ms. */
const EVERY_MS = DAY_MS;
/** When more than so many people and this share of all are gone at once, the directory is taken for broken. */
const MANY = 10;
const SHARE = 0.3;
const BATCH = 200;
const AT_ONCE = 16;

/** Begins to compare the directory from now on, unless that was begun before. */
export async function watchPeople({ store, clock }: Environment, digest: string): Promise<void> {
  if (await store.get('directory-seen', KEY)) return;
  const at = clock.now();
  const first = {
    schemaVersion: 1,
    version: 1,
    ...KEY,
    digest,
    at,
    nextDueAt: plusMs(at, EVERY_MS),
  } as const;
  try {
    await store.commit([create('directory-seen', first)]);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}

/**
 * Makes the use case for the day's comparison. `suspicious`: so many are gone at once that nothing was done; the directory
 * is compared again tomorrow. Breaking off and doing it again comes to the same.
 */
export function notePeopleGone(environment: Environment) {
  const { store, blobs, people, clock } = environment;
  return async (): Promise<'nothing' | 'compared' | 'suspicious'> => {
    const row = await store.get('directory-seen', KEY);
    const now = clock.now();
    if (!row || row.nextDueAt > now) return 'nothing';
    const nextDueAt = plusMs(now, EVERY_MS);
    const today = await people.directory();
    const digest = await freezeDirectory(blobs, today);
    const before = await loadDirectory(blobs, row.digest);
    const gone = newlyGone(before, row.at, today, now);
    if (gone.length > MANY && gone.length > SHARE * before.everyone().length) {
      await store.commit([update('directory-seen', row, { nextDueAt })]);
      return 'suspicious';
    }
    if (gone.length > 0) await followUp(environment, gone, String(row.version));
    await store.commit([update('directory-seen', row, { digest, at: now, nextDueAt })]);
    return 'compared';
  };
}

function newlyGone(before: Directory, then: Instant, today: Directory, now: Instant): string[] {
  return before.everyone().flatMap((person) => {
    const same = today.person(person.personId);
    return mayReview(person, then) && !(same && mayReview(same, now)) ? [person.personId] : [];
  });
}

async function followUp(environment: Environment, gone: readonly string[], occasion: string): Promise<void> {
  const { store } = environment;
  const isAsked = (await kindsAskedAbout(environment)).has('owner-gone');
  const campaigns = new Map((await store.campaigns()).map((campaign) => [campaign.campaignId, campaign]));
  const reviewed = new Map<Campaign, Set<string>>();
  for (const personId of gone) {
    await revokeLinks(environment, personId);
    for (const docket of await store.docketsOf(personId)) {
      const campaign = campaigns.get(docket.campaignId);
      if (!campaign) continue;
      reviewed.set(campaign, (reviewed.get(campaign) ?? new Set()).add(personId));
      if (docket.state === 'chasing' && TAKES_ANSWERS.includes(campaign.state))
        await rehomeDocket(environment, campaign, docket);
    }
  }
  if (!isAsked) return;
  for (const [campaign, people] of reviewed) await askAgain(environment, campaign, people, occasion);
}

/** Raises an event for everything these people were asked about in a campaign and have answered for last. */
async function askAgain(
  environment: Environment,
  { populationDigest }: Campaign,
  people: ReadonlySet<string>,
  occasion: string,
): Promise<void> {
  if (populationDigest === undefined) return;
  for await (const lines of inBatches(environment.blobs.lines(populationDigest), BATCH)) {
    const theirs = lines
      .map((line) => PopulationEntry.parse(JSON.parse(line)))
      .flatMap((entry) => (entry.included && people.has(entry.reviewerId) ? [entry.identityKey] : []));
    await mapConcurrently(theirs, AT_ONCE, (identityKey) =>
      raiseIfTheirs(environment, identityKey, people, occasion),
    );
  }
}

async function raiseIfTheirs(
  environment: Environment,
  identityKey: IdentityKey,
  people: ReadonlySet<string>,
  occasion: string,
): Promise<void> {
  const items = await environment.store.itemsOf(identityKey);
  const [last] = items.toSorted((a, b) => (a.snapshotAt < b.snapshotAt ? 1 : -1));
  // An open one has gone on to others just now; one that others answered for since is theirs.
  if (!last || last.state === 'open' || !people.has(last.reviewerId)) return;
  await raiseEvent(environment, {
    event: 'owner-gone',
    identityKey,
    cause: 'The person who answered for it last is no longer here.',
    at: environment.clock.now(),
    occasion: `${last.reviewerId}/${occasion}`,
  });
}
