// When a target may be touched: not in a freeze, and only in its business hours where it has some.
import type { Definition } from '../campaign/definition.ts';
import { localDay, nextWorkingMoment, type Worker } from '../chase/working-time.ts';
import { endOfDay, weekdayOf } from '../chase/zone.ts';
import { type Instant, latest, plusDays, plusMs } from '../time.ts';

type Times = Pick<Definition['enforcement'], 'freezes' | 'recurringFreezes' | 'businessHours'>;

/** Freezes that overlap without end are not followed further than this. */
const LOOK_AHEAD_DAYS = 400;

/** `now` when the target may be touched, otherwise the first moment it may be. */
export function mayActFrom(times: Times, now: Instant): Instant {
  const horizon = plusDays(now, LOOK_AHEAD_DAYS);
  let at = now;
  for (;;) {
    const next = afterFreezes(times, at) ?? afterRecurring(times, at) ?? inHours(times, at);
    if (next === at || next > horizon) return next;
    at = next;
  }
}

function afterFreezes({ freezes }: Times, at: Instant): Instant | undefined {
  const running = freezes.filter(({ from, until }) => from <= at && at < until);
  return running.length === 0 ? undefined : latest(at, ...running.map(({ until }) => until));
}

function afterRecurring({ recurringFreezes = [], businessHours }: Times, at: Instant): Instant | undefined {
  const timeZone = businessHours?.timeZone ?? 'UTC';
  const day = localDay(at, timeZone);
  const dayOfMonth = Number(day.slice(8));
  const isFrozen = recurringFreezes.some(
    ({ weekdays = [], monthDays = [] }) =>
      weekdays.includes(weekdayOf(day)) || monthDays.includes(dayOfMonth),
  );
  return isFrozen ? plusMs(endOfDay(day, timeZone), 1) : undefined;
}

function inHours({ businessHours }: Times, at: Instant): Instant {
  if (!businessHours) return at;
  const { timeZone, weekdays, startMinute, endMinute, holidays = [] } = businessHours;
  const worker: Worker = { timeZone, holidays, workingHours: { startMinute, endMinute, weekdays } };
  return nextWorkingMoment(at, worker);
}
