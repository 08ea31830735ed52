// Working hours and business days of the person who is to act.
import type { Person } from '../review/person.ts';
import { type Instant, MINUTE_MS } from '../time.ts';
import { instantAt, localTime, plusCalendarDays, weekdayOf } from './zone.ts';

export { localDay, localTime } from './zone.ts';

const MONDAY_TO_FRIDAY: readonly number[] = [1, 2, 3, 4, 5];

/** Somebody with no working day for longer than this is told anyway. */
const LONGEST_ABSENCE_DAYS = 60;

/** What of a person their working time depends on. */
export type Worker = Pick<Person, 'timeZone' | 'workingHours' | 'holidays'>;

/** Whether a date is a working day of the person. */
export function isWorkingDay(day: string, { workingHours, holidays }: Worker): boolean {
  return workingHours.weekdays.includes(weekdayOf(day)) && !holidays.includes(day);
}

/** When the person's working hours begin and end on a date (whether or not it is a working day). */
export function workingHoursOn(
  day: string,
  { workingHours, timeZone }: Worker,
): { readonly from: Instant; readonly until: Instant } {
  const { startMinute, endMinute } = workingHours;
  // Hours that end before they begin would never come: they are read as lasting to midnight.
  const end = endMinute > startMinute ? endMinute : 1440;
  return {
    from: instantAt(day, startMinute * MINUTE_MS, timeZone),
    until: instantAt(day, end * MINUTE_MS, timeZone),
  };
}

/** `at` when the person is working then, otherwise the beginning of their next working hours. */
export function nextWorkingMoment(at: Instant, person: Worker): Instant {
  let { day } = localTime(at, person.timeZone);
  for (let step = 0; step <= LONGEST_ABSENCE_DAYS; step++) {
    const { from, until } = workingHoursOn(day, person);
    if (isWorkingDay(day, person) && at < until) return at > from ? at : from;
    day = plusCalendarDays(day, 1);
  }
  return at;
}

/** The beginning of the person's last working hours that began at or before `at`; undefined when there were none lately. */
export function lastWorkingStart(at: Instant, person: Worker): Instant | undefined {
  let { day } = localTime(at, person.timeZone);
  for (let step = 0; step <= LONGEST_ABSENCE_DAYS; step++) {
    const { from } = workingHoursOn(day, person);
    if (isWorkingDay(day, person) && from <= at) return from;
    day = plusCalendarDays(day, -1);
  }
  return undefined;
}

/**
 * `n` whole business days (Monday to Friday without the holidays, ISO dates) after `at`, at the same time of day. Time
 * on a day off does not count: it starts with the next business day.
 */
export function addBusinessDays(
  at: Instant,
  n: number,
  zone: string,
  holidays: readonly string[] = [],
): Instant {
  let { day, msOfDay } = firstBusinessTime(at, zone, holidays);
  for (let left = n; left > 0; left--) day = nextBusinessDay(day, holidays);
  return day === localTime(at, zone).day ? at : instantAt(day, msOfDay, zone);
}

/** How many whole business days lie between; 0 when `to` is not later. */
export function businessDaysBetween(
  from: Instant,
  to: Instant,
  zone: string,
  holidays: readonly string[] = [],
): number {
  const { day, msOfDay } = firstBusinessTime(from, zone, holidays);
  let days = 0;
  let next = nextBusinessDay(day, holidays);
  while (instantAt(next, msOfDay, zone) <= to) {
    days++;
    next = nextBusinessDay(next, holidays);
  }
  return days;
}

function firstBusinessTime(
  at: Instant,
  zone: string,
  holidays: readonly string[],
): { day: string; msOfDay: number } {
  const { day, msOfDay } = localTime(at, zone);
  if (isBusinessDay(day, holidays)) return { day, msOfDay };
  return { day: nextBusinessDay(day, holidays), msOfDay: 0 };
}

function nextBusinessDay(day: string, holidays: readonly string[]): string {
  let next = plusCalendarDays(day, 1);
  while (!isBusinessDay(next, holidays)) next = plusCalendarDays(next, 1);
  return next;
}

function isBusinessDay(day: string, holidays: readonly string[]): boolean {
  return MONDAY_TO_FRIDAY.includes(weekdayOf(day)) && !holidays.includes(day);
}
