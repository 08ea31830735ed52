// Once a week: whoever looks after a running campaign gets a summary, on Monday morning where they are.
import { isoWeekOf, mondayOf } from '../../domain/chase/iso-week.ts';
import { localDay } from '../../domain/chase/working-time.ts';
import { instantAt } from '../../domain/chase/zone.ts';
import { ConflictError } from '../../domain/errors.ts';
import type { Person } from '../../domain/review/person.ts';
import { DAY_MS, plusMs } from '../../domain/time.ts';
import { deskNotes } from '../desk-notes.ts';
import type { Environment } from '../environment.ts';
import { gatherLine } from '../gather-line.ts';
import { create } from '../ports/review-store.ts';
import { managedCampaigns } from './managed-campaigns.ts';

/** Where a week begins first. */
const FIRST_ZONE = 'Pacific/Kiritimati';
const KEPT_MS = 21 * DAY_MS;

/** Plans the week's summaries, unless that was done; returns how many people get one. */
export type PlanSummaries = () => Promise<number>;

/**
 * Makes the use case, for a tick that comes often. The week is planned as soon as it has begun anywhere; each summary waits on
 * its person's desk for their Monday morning, or the next hours they work in. When it breaks off it is planned again, which adds
 * nothing to the desks that have theirs.
 */
export function planSummaries(environment: Environment): PlanSummaries {
  const { store, clock, people } = environment;
  let planned: string | undefined;
  return async () => {
    const now = clock.now();
    const day = localDay(now, FIRST_ZONE);
    const week = isoWeekOf(day);
    if (week === planned) return 0;
    const messageId = `weekly-summary/${week}`;
    if (await store.get('handled', { messageId })) {
      planned = week;
      return 0;
    }
    const managed = await managedCampaigns(environment, await people.directory());
    const each = new Map(managed.flatMap(({ managers }) => managers.map((one) => [one.personId, one])));
    let count = 0;
    for (const person of each.values()) {
      if (!(await wantsSummaries(environment, person))) continue;
      const from = instantAt(mondayOf(day), 0, person.timeZone);
      await gatherLine(environment, 'weekly', { what: 'weekly-summary', of: week }, [person], from);
      count += 1;
    }
    await markPlanned(environment, messageId, count);
    planned = week;
    return count;
  };
}

async function wantsSummaries({ store }: Environment, { personId }: Person): Promise<boolean> {
  return (await deskNotes(store).read(personId)).summariesStopped === undefined;
}

async function markPlanned({ store, clock }: Environment, messageId: string, count: number): Promise<void> {
  const now = clock.now();
  try {
    await store.commit([
      create('handled', {
        schemaVersion: 1,
        version: 1,
        messageId,
        handledAt: now,
        expiresAt: plusMs(now, KEPT_MS),
        outcome: `planned for ${count}`,
      }),
    ]);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}
