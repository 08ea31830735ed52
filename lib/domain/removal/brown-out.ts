// A scream test: before it is switched off for good, a target is off for a while, then for longer, in working hours.
import type { Definition } from '../campaign/definition.ts';
import {
  isWorkingDay,
  localDay,
  nextWorkingMoment,
  type Worker,
  workingHoursOn,
} from '../chase/working-time.ts';
import { endOfDay } from '../chase/zone.ts';
import { HOUR_MS, type Instant, MINUTE_MS, millisOf, plusMs } from '../time.ts';
import { mayActFrom } from './acting-time.ts';
import type { BrownOut, Removal } from './removal.ts';

/** Minutes of the rounds where the definition does not say. */
const MINUTES: readonly number[] = [5, 60, 480];
/** A round that needs the whole working day is shortened when it begins in the first part of it: this much, at most. */
const MORNING_PART = 1 / 8;
const MORNING_MS = HOUR_MS;
/** Days are looked through for room at most so often. */
const TRIES = 60;

/** A round to be made: from when, and for how long. */
export interface NextRound {
  readonly step: number;
  readonly from: Instant;
  readonly minutes: number;
}

/** Rounds that were made to their end. */
export function roundsMade({ brownOuts = [] }: Pick<Removal, 'brownOuts'>): readonly BrownOut[] {
  return brownOuts.filter(({ outcome }) => outcome !== undefined);
}

/** Whose hours count: the target's, where it has some, else those of who answers for it. */
export function hoursOf({ enforcement }: Definition, owner: Worker): Worker {
  const { businessHours } = enforcement;
  if (!businessHours) return owner;
  const { timeZone, weekdays, startMinute, endMinute, holidays = [] } = businessHours;
  return { timeZone, holidays, workingHours: { weekdays, startMinute, endMinute } };
}

/**
 * The round to be made before a removal goes on; undefined when there is none (any more). It lies within the hours of one
 * working day, outside freezes, and on a later day than the round before it.
 */
export function nextRound(
  removal: Pick<Removal, 'tier' | 'brownOuts'>,
  definition: Definition,
  owner: Worker,
  now: Instant,
): NextRound | undefined {
  const { screamTest } = definition.enforcement;
  const made = roundsMade(removal);
  const wanted = screamTest?.tiers.includes(removal.tier) ? (screamTest.minutes ?? MINUTES) : [];
  const minutes = wanted[made.length];
  if (minutes === undefined) return undefined;
  const worker = hoursOf(definition, owner);
  const before = made.at(-1)?.offAt;
  const after = before && plusMs(endOfDay(localDay(before, worker.timeZone), worker.timeZone), 1);
  let at = after !== undefined && after > now ? after : now;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const from = nextWorkingMoment(mayActFrom(definition.enforcement, at), worker);
    if (mayActFrom(definition.enforcement, from) > from) {
      at = mayActFrom(definition.enforcement, from);
      continue;
    }
    const room = roomAt(from, minutes, worker);
    if (room !== undefined) return { step: made.length + 1, from, minutes: room };
    at = plusMs(endOfDay(localDay(from, worker.timeZone), worker.timeZone), 1);
  }
  return { step: made.length + 1, from: at, minutes };
}

/** Minutes a round may last from then on; undefined when too little is left of the day. */
function roomAt(from: Instant, minutes: number, worker: Worker): number | undefined {
  const day = localDay(from, worker.timeZone);
  // Somebody without working days: any time is as good.
  if (!isWorkingDay(day, worker)) return minutes;
  const hours = workingHoursOn(day, worker);
  const left = Math.floor((millisOf(hours.until) - millisOf(from)) / MINUTE_MS);
  if (left >= minutes) return minutes;
  const morningMs = Math.min(MORNING_MS, (millisOf(hours.until) - millisOf(hours.from)) * MORNING_PART);
  const isMorning = millisOf(from) - millisOf(hours.from) <= morningMs;
  return isMorning && left > 0 ? left : undefined;
}
