// Local calendars: days and times of day in an IANA zone, with daylight saving, from Intl alone.
import { InvalidInputError } from '../errors.ts';
import { DAY_MS, type Instant, instantOf, MINUTE_MS, millisOf } from '../time.ts';

/** A wall-clock moment in a zone. */
export interface LocalTime {
  /** ISO date. */
  readonly day: string;
  /** ISO weekday, 1 (Monday) to 7. */
  readonly weekday: number;
  /** Minutes after local midnight by the wall clock. */
  readonly minuteOfDay: number;
  /** The same in milliseconds. */
  readonly msOfDay: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws InvalidInputError BAD_SETTING when the zone is none. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const cached = formats.get(zone);
  if (cached) return cached;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
    return format;
  } catch (cause) {
    throw new InvalidInputError({ code: 'BAD_SETTING', message: `"${zone}" is no IANA time zone.`, cause });
  }
}

const offsets = new Map<string, Map<number, number>>();
const QUARTER_HOUR_MS = 15 * MINUTE_MS;
/** 1973: since then every zone has changed its clocks at a whole quarter of an hour, UTC. */
const QUARTERS_SINCE_MS = Date.UTC(1973, 0, 1);
/** Quarters of an hour remembered per zone: asking Intl is slow, and a campaign asks about the same days again. */
const REMEMBERED = 20_000;

/** How far the zone's wall clock is ahead of UTC at a moment, in ms. */
function offsetMs(epochMs: number, zone: string): number {
  if (epochMs < QUARTERS_SINCE_MS) return askOffsetMs(epochMs, zone);
  const ofZone = offsets.get(zone) ?? new Map<number, number>();
  const quarter = Math.floor(epochMs / QUARTER_HOUR_MS);
  const known = ofZone.get(quarter);
  if (known !== undefined) return known;
  const asked = askOffsetMs(epochMs, zone);
  if (ofZone.size >= REMEMBERED) ofZone.clear();
  offsets.set(zone, ofZone.set(quarter, asked));
  return asked;
}

function askOffsetMs(epochMs: number, zone: string): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(zone).formatToParts(epochMs)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const wholeSeconds = Math.floor(epochMs / 1000) * 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSeconds;
}

/** The wall clock in a zone. @throws InvalidInputError BAD_SETTING when the zone is none. */
export function localTime(at: Instant, zone: string): LocalTime {
  const epochMs = millisOf(at);
  const local = epochMs + offsetMs(epochMs, zone);
  const msOfDay = ((local % DAY_MS) + DAY_MS) % DAY_MS;
  const day = instantOf(local).slice(0, 10);
  return { day, weekday: weekdayOf(day), minuteOfDay: Math.floor(msOfDay / MINUTE_MS), msOfDay };
}

/** The date in a zone, ISO. */
export function localDay(at: Instant, zone: string): string {
  return localTime(at, zone).day;
}

/** ISO weekday of a date, 1 (Monday) to 7. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

/** A date moved by days. */
export function plusCalendarDays(day: string, days: number): string {
  return instantOf(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).slice(0, 10);
}

/**
 * The instant the wall clock shows a time. Shown twice (clocks go back): the first; never shown (clocks go forward): the
 * moment as far after the gap as the time is into it.
 */
export function instantAt(day: string, msOfDay: number, zone: string): Instant {
  const local = Date.parse(`${day}T00:00:00Z`) + msOfDay;
  const before = local - offsetMs(local - DAY_MS, zone);
  const after = local - offsetMs(local + DAY_MS, zone);
  const shown = [before, after].filter((epochMs) => epochMs + offsetMs(epochMs, zone) === local);
  return instantOf(shown.length > 0 ? Math.min(...shown) : before);
}

/** The last millisecond of a date in a zone. */
export function endOfDay(day: string, zone: string): Instant {
  return instantOf(millisOf(instantAt(plusCalendarDays(day, 1), 0, zone)) - 1);
}
