// The three instants a campaign is fixed to when it opens. Reassigning an item moves none of them.
import { endOfDay, localDay, plusCalendarDays } from '../chase/zone.ts';
import { type Instant, latest } from '../time.ts';
import type { Definition } from './definition.ts';

/** When answers are due, when grace ends (switching off begins), and when the campaign closes whatever happened. */
export interface Timeline {
  readonly dueAt: Instant;
  readonly graceEndsAt: Instant;
  readonly closeBy: Instant;
}

/**
 * Each is one instant for everybody: the end of its day where that day ends last, in the westernmost reviewer's zone.
 * Days are counted from the day it is there when the campaign starts. No zones means UTC.
 * @throws InvalidInputError BAD_SETTING when a zone is none.
 */
export function timelineOf(input: {
  readonly startedAt: Instant;
  readonly definition: Definition;
  readonly zones: readonly string[];
  /** Instead of the definition's. */
  readonly reviewDays?: number | undefined;
}): Timeline {
  const zones = [...new Set(input.zones.length > 0 ? input.zones : ['UTC'])];
  const { graceDays, closeAfterDays } = input.definition.timeline;
  const { reviewDays = input.definition.timeline.reviewDays } = input;
  const [firstDay = ''] = zones.map((zone) => localDay(input.startedAt, zone)).toSorted();
  const endOf = (days: number): Instant => {
    const day = plusCalendarDays(firstDay, days);
    const ends = zones.map((zone) => endOfDay(day, zone));
    return latest(...(ends as [Instant, ...Instant[]]));
  };
  return {
    dueAt: endOf(reviewDays),
    graceEndsAt: endOf(reviewDays + graceDays),
    closeBy: endOf(reviewDays + graceDays + closeAfterDays),
  };
}
