// Weeks as ISO 8601 counts them: from Monday, the first one of a year holds its first Thursday.
import { plusCalendarDays, weekdayOf } from './zone.ts';

/** The week of an ISO date, as in `2026-W48`. */
export function isoWeekOf(day: string): string {
  const thursday = plusCalendarDays(day, 4 - weekdayOf(day));
  const year = thursday.slice(0, 4);
  const days = (Date.parse(`${thursday}T00:00:00Z`) - Date.parse(`${year}-01-01T00:00:00Z`)) / 86_400_000;
  return `${year}-W${String(Math.floor(days / 7) + 1).padStart(2, '0')}`;
}

/** The date of the Monday of the week that a date is in. */
export function mondayOf(day: string): string {
  return plusCalendarDays(day, 1 - weekdayOf(day));
}
