// Dates as people read them, in their own zone. Pure: "now" is always given.
import { DAY_MS, earliest, type Instant, instantOf, millisOf, plusDays, plusMs } from '../domain/time.ts';

interface Parts {
  readonly weekday: string;
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly hour: string;
  readonly minute: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `Tue 24 Nov 2026` in the zone; an unknown zone reads as UTC. */
export function dateWords(at: Instant, timeZone: string): string {
  const { weekday, day, month, year } = partsOf(at, timeZone);
  return `${weekday} ${day} ${month} ${year}`;
}

/** `Tue 24 Nov 2026, 17:05` in the zone. */
export function momentWords(at: Instant, timeZone: string): string {
  const { hour, minute } = partsOf(at, timeZone);
  return `${dateWords(at, timeZone)}, ${hour}:${minute}`;
}

/** The hour on the clocks of the zone, 0 to 23. */
export function localHour(at: Instant, timeZone: string): number {
  return Number(partsOf(at, timeZone).hour);
}

/** `today`, `tomorrow`, `in 3 days`, `4 months ago`: by calendar days of the zone. */
export function relativeDays(at: Instant, now: Instant, timeZone: string): string {
  const days = localDayNumber(at, timeZone) - localDayNumber(now, timeZone);
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  if (days === -1) return 'yesterday';
  const span = spanWords(Math.abs(days));
  return days > 0 ? `in ${span}` : `${span} ago`;
}

/** The last millisecond of an ISO date in the zone. @throws RangeError when the text is no date */
export function endOfLocalDay(isoDate: string, timeZone: string): Instant {
  const midnight = instantOf(Date.parse(`${isoDate}T00:00:00.000Z`));
  // The offset at the day's end, not its start: clocks may change during the day.
  const naive = plusMs(plusDays(midnight, 1), -1);
  const first = plusMs(naive, -offsetMs(naive, timeZone));
  return plusMs(naive, -offsetMs(first, timeZone));
}

/**
 * The moment meant by choosing a day in a calendar: this time of day on that day, so that "30 days from now" is no more
 * than 30 days; today means its end. Never after the day's end. @throws RangeError when the text is no date
 */
export function momentOnDay(isoDate: string, now: Instant, timeZone: string): Instant {
  const end = endOfLocalDay(isoDate, timeZone);
  const chosen = Math.floor(Date.parse(`${isoDate}T00:00:00.000Z`) / DAY_MS);
  const ahead = chosen - localDayNumber(now, timeZone);
  return ahead > 0 ? earliest(end, plusDays(now, ahead)) : end;
}

function spanWords(days: number): string {
  if (days < 60) return `${days} days`;
  if (days < 730) return `${Math.floor(days / 30.44)} months`;
  return `${Math.floor(days / 365.25)} years`;
}

function localDayNumber(at: Instant, timeZone: string): number {
  return Math.floor((millisOf(at) + offsetMs(at, timeZone)) / DAY_MS);
}

/** How far the zone's clocks are ahead of UTC at the moment. */
function offsetMs(at: Instant, timeZone: string): number {
  const { day, month, year, hour, minute } = partsOf(at, timeZone);
  const asUtc = Date.parse(`${day} ${month} ${year} ${hour}:${minute}:00 GMT`);
  return asUtc - Math.floor(millisOf(at) / 60_000) * 60_000;
}

function partsOf(at: Instant, timeZone: string): Parts {
  const parts = formatFor(timeZone).formatToParts(millisOf(at));
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  return {
    weekday: part('weekday'),
    day: part('day'),
    // ICU writes "Sept" in some locales and versions; the product always writes three letters.
    month: part('month').slice(0, 3),
    year: part('year'),
    hour: part('hour'),
    minute: part('minute'),
  };
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = makeFormat(timeZone) ?? makeFormat('UTC') ?? new Intl.DateTimeFormat('en-GB');
  formats.set(timeZone, made);
  return made;
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}
