// Somebody who promised something hears of it before its day: what was said weeks ago is not a warning.
import { audienceOf } from '../domain/chase/audience.ts';
import type { Person } from '../domain/review/person.ts';
import type { PromiseToChange } from '../domain/review/promise.ts';
import { type Instant, plusDays } from '../domain/time.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { gathering } from './gather-line.ts';
import { loadCampaign, loadDefinition, loadSnapshot } from './load.ts';
import { update } from './ports/review-store.ts';

/** Days before its time that a promise is spoken of: with a long weekend there is a working day left. */
const REMIND_DAYS = 5;

/** When a promise is first looked at: in time for the reminder, or on its day when it was made later than that. */
export function firstLookAtPromise(dueAt: Instant, now: Instant): Instant {
  const reminder = plusDays(dueAt, -REMIND_DAYS);
  return reminder > now ? reminder : dueAt;
}

/** Has the person reminded in their working hours, or who else answers for it if they cannot be; then it rests until its day. */
export async function remindOfPromise(environment: Environment, promise: PromiseToChange): Promise<void> {
  const line = { what: 'promise-reminder' as const, of: `${promise.identityKey}/${promise.promiseId}` };
  const write = update('promise', promise, { nextDueAt: promise.dueAt });
  const people = await answerable(environment, promise);
  await untilNoConflict(async () =>
    environment.store.commit([write, ...(await gathering(environment, 'singly', line, people))]),
  );
}

async function answerable(
  { store, blobs, people, clock }: Environment,
  { campaignId, snapshot, byPersonId }: PromiseToChange,
): Promise<readonly Person[]> {
  const campaign = await loadCampaign(store, campaignId);
  const found = audienceOf({
    audience: ['reviewer', 'backup', 'group', 'manager', 'fallback'],
    reviewerId: byPersonId,
    owners: [(await loadSnapshot(blobs, snapshot)).owners],
    directory: await people.directory(),
    definition: await loadDefinition(blobs, campaign.definitionDigest),
    now: clock.now(),
  });
  return found.flatMap(({ as, person }) => (as === 'bystander' ? [] : [person]));
}
