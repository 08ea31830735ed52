// Bringing something back that was switched off: who may, and when the question is due again.
import { addBusinessDays } from '../chase/working-time.ts';
import { endOfDay, localDay } from '../chase/zone.ts';
import { accepts } from '../lifecycle.ts';
import { REMOVAL_LIFECYCLE, type Removal } from '../removal/removal.ts';
import type { Instant } from '../time.ts';
import type { Eligibility } from './eligibility.ts';
import type { Person } from './person.ts';

/** Business days after an undo within which the reopened question is due. */
export const REOPENED_BUSINESS_DAYS = 2;

/** When a reopened item is due: the end of the second business day after, where its reviewer lives. */
export function reopenedDueAt(at: Instant, timeZone: string, holidays: readonly string[] = []): Instant {
  return endOfDay(
    localDay(addBusinessDays(at, REOPENED_BUSINESS_DAYS, timeZone, holidays), timeZone),
    timeZone,
  );
}

/** Whether a removal can be undone now by the person; after a reported exposure only by security. */
export function checkUndo(input: {
  readonly removal: Removal;
  readonly who: Person;
  /** Whether the secret was reported exposed. */
  readonly exposureReported: boolean;
}): Eligibility {
  const { removal, who, exposureReported } = input;
  if (!accepts(REMOVAL_LIFECYCLE, removal.state, 'restore') || !removal.preImage) {
    const message = `${removal.name} is ${removal.state}; only what is switched off and not deleted can be brought back.`;
    return { eligible: false, code: 'ILLEGAL_TRANSITION', message };
  }
  const bySecurity = who.roles.includes('security');
  if (exposureReported && !bySecurity) {
    const message = 'Its secret was reported exposed; only security can bring it back.';
    return { eligible: false, code: 'NOT_ELIGIBLE', message };
  }
  return { eligible: true, why: bySecurity ? 'security role' : 'nothing speaks against bringing it back' };
}
