// When the question is due again after something was brought back.
import { addBusinessDays } from '../chase/working-time.ts';
import { endOfDay, localDay } from '../chase/zone.ts';
import type { Instant } from '../time.ts';

/** Business days after an undo within which the reopened question is due. */
export const REOPENED_BUSINESS_DAYS = 2;

/** When a reopened item is due: the end of the second business day after, where its reviewer lives. */
export function reopenedDueAt(at: Instant, timeZone: string, holidays: readonly string[] = []): Instant {
  return endOfDay(
    localDay(addBusinessDays(at, REOPENED_BUSINESS_DAYS, timeZone, holidays), timeZone),
    timeZone,
  );
}
