// Putting reminders about a docket off: once, with a reason, and never into its last days.
import { type Instant, plusDays } from '../time.ts';

/** Days before the due date from which on nothing is put off. */
export const SNOOZE_ENDS_DAYS_BEFORE = 2;

/** The latest moment reminders can be put off to. */
export function latestSnooze(dueAt: Instant): Instant {
  return plusDays(dueAt, -SNOOZE_ENDS_DAYS_BEFORE);
}
