// When the reviewer of a new docket is asked for the first time; until then nothing of what is in it need be read.
import type { Campaign } from '../domain/campaign/campaign.ts';
import { ladderOf } from '../domain/campaign/definition.ts';
import { nextRung, type ScheduledRung } from '../domain/chase/ladder.ts';
import { nextWorkingMoment } from '../domain/chase/working-time.ts';
import type { Docket } from '../domain/review/docket.ts';
import type { Person } from '../domain/review/person.ts';
import { mayReview } from '../domain/review/resolve-owner.ts';
import type { Instant } from '../domain/time.ts';
import type { Environment } from './environment.ts';
import { loadDefinition } from './load.ts';

/**
 * The later moment at which a docket that nobody was asked about yet is to be looked at. Undefined when it is to be looked at
 * now: also when its ladder depends on its items, or its reviewer may not be asked.
 */
export async function firstAskedAt(
  { blobs, people }: Environment,
  campaign: Campaign,
  docket: Docket,
  now: Instant,
): Promise<Instant | undefined> {
  const { servedRungs, tellings, escalations, reviewerId } = docket;
  if (campaign.state !== 'open' || servedRungs.length + tellings.length > 0 || escalations) return undefined;
  const definition = await loadDefinition(blobs, campaign.definitionDigest);
  if (ladderOf(definition).some(({ tiers }) => tiers)) return undefined;
  const directory = await people.directory();
  const person = directory.person(reviewerId);
  if (!person || !mayReview(person, now)) return undefined;
  const rung = nextRung({ docket, campaign, definition, person, tiers: undefined, now });
  return rung && waitsUntil(rung, campaign, person, now);
}

/** What could not be said at its time is not said at night, unless it would come too late. Undefined: it is said now. */
export function waitsUntil(
  { dueAt }: ScheduledRung,
  { graceEndsAt }: Campaign,
  person: Person | undefined,
  now: Instant,
): Instant | undefined {
  if (dueAt > now) return dueAt;
  const moment = person ? nextWorkingMoment(now, person) : now;
  return moment > now && moment <= graceEndsAt ? moment : undefined;
}
