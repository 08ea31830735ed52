// What one person's summary of the week says, at the moment it is told.
import { isoWeekOf } from '../../domain/chase/iso-week.ts';
import { localDay } from '../../domain/chase/working-time.ts';
import type { Person } from '../../domain/review/person.ts';
import { deskNotes } from '../desk-notes.ts';
import type { Environment } from '../environment.ts';
import type { MessageBody } from '../ports/messenger.ts';
import { campaignLine } from './campaign-line.ts';
import { managedCampaigns } from './managed-campaigns.ts';

/** A summary before it is known which channel it goes by. */
export type Summary = Extract<MessageBody, { purpose: 'weekly-summary' }>;

/**
 * The summary of a week (`2026-W48`) for a person; undefined when there is nothing to say any more: the week is over where they
 * are, they want no summaries, or nothing they look after is running.
 */
export async function weeklySummary(
  environment: Environment,
  person: Person,
  week: string,
): Promise<Summary | undefined> {
  const { store, clock, people } = environment;
  if (isoWeekOf(localDay(clock.now(), person.timeZone)) !== week) return undefined;
  const { summariesStopped } = await deskNotes(store).read(person.personId);
  if (summariesStopped !== undefined) return undefined;
  const directory = await people.directory();
  const managed = await managedCampaigns(environment, directory);
  const theirs = managed.filter(({ managers }) => managers.some((one) => one.personId === person.personId));
  if (theirs.length === 0) return undefined;
  const campaigns = [];
  for (const { campaign } of theirs) campaigns.push(await campaignLine(environment, directory, campaign));
  return { purpose: 'weekly-summary', campaigns, unsubscribe: undefined };
}
