// Nobody's access goes for silence before somebody answerable was told, in time.
import type { Docket, Telling } from '../review/docket.ts';
import type { ReviewItem } from '../review/review-item.ts';
import { earliest, type Instant, latest } from '../time.ts';
import { addBusinessDays } from './working-time.ts';

/** Business days from the first delivered notice to switch-off. */
export const NOTICE_BUSINESS_DAYS = 5;
/** Business days a reviewer who got the item later has at least; given once, however often it moves. */
export const LATE_REVIEWER_BUSINESS_DAYS = 3;

/** When silence may be acted on, or that nobody was told at all: then it is held. */
export type EarliestSwitchOff =
  | { readonly told: true; readonly at: Instant; readonly why: string }
  | { readonly told: false; readonly why: string };

/**
 * The earliest moment to switch off for silence. What counts as told is a *delivered* notice of a docket the item was in,
 * to somebody answerable for it; the fallback's counts like any other, a bystander's does not. An item with a due time of its own (after an undo) is never cut before it.
 */
export function earliestSwitchOff(input: {
  /** The present reviewer's docket. */
  readonly docket: Docket | undefined;
  /** Dockets of the reviewers before. */
  readonly earlierDockets?: readonly Docket[];
  readonly item: ReviewItem;
  /** The present reviewer's zone and days off. */
  readonly timeZone: string;
  readonly holidays: readonly string[];
}): EarliestSwitchOff {
  const { docket, earlierDockets = [], item, timeZone, holidays } = input;
  const later = item.hops.length > 0;
  const own = docket && deliveredSince(docket, later ? item.reviewerSince : undefined);
  const before = earlierDockets.flatMap((one) => deliveredSince(one, undefined) ?? []);
  const told = [...(own === undefined ? [] : [own]), ...before];
  const [first, ...others] = told;
  if (first === undefined) {
    return { told: false, why: 'No notice about it was delivered to anybody answerable.' };
  }
  const add = (from: Instant, days: number) => addBusinessDays(from, days, timeZone, holidays);
  const notice = add(earliest(first, ...others), NOTICE_BUSINESS_DAYS);
  const base = item.dueAt === undefined ? notice : latest(notice, item.dueAt);
  const why = `${NOTICE_BUSINESS_DAYS} business days after the first delivered notice`;
  if (!later) return { told: true, at: base, why };
  const longest = add(base, LATE_REVIEWER_BUSINESS_DAYS);
  const wanted = own === undefined ? longest : add(own, LATE_REVIEWER_BUSINESS_DAYS);
  const at = latest(base, earliest(wanted, longest));
  return at === base
    ? { told: true, at, why }
    : {
        told: true,
        at,
        why: `${LATE_REVIEWER_BUSINESS_DAYS} business days more for a reviewer who got it later`,
      };
}

/** The first delivered notice, or the first since a moment; tellings prove it, `firstToldAt` stands in for older ones. */
function deliveredSince(docket: Docket, since: Instant | undefined): Instant | undefined {
  const delivered = docket.tellings.filter(toldSomebody).map(({ at }) => at);
  const known = docket.firstToldAt === undefined ? delivered : [docket.firstToldAt, ...delivered];
  const [first, ...others] = known.filter((at) => since === undefined || at >= since);
  return first === undefined ? undefined : earliest(first, ...others);
}

/** Whether a telling proves that somebody answerable was told. */
export function toldSomebody({ outcome, as }: Pick<Telling, 'outcome' | 'as'>): boolean {
  return outcome === 'delivered' && as !== 'bystander';
}
