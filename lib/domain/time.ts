// Instants and durations of the review domain. Business rules take "now" from a Clock; nothing here reads one.
import * as z from 'zod';

/** A moment: RFC 3339 in UTC with milliseconds and `Z`, so that text order is time order. */
export const Instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .brand<'Instant'>();
export type Instant = z.infer<typeof Instant>;

/** Milliseconds in a minute. */
export const MINUTE_MS = 60_000;
/** Milliseconds in an hour. */
export const HOUR_MS = 3_600_000;
/** Milliseconds in a day of 24 hours. */
export const DAY_MS = 86_400_000;

/** The instant `epochMs` milliseconds after 1970-01-01T00:00:00Z. @throws RangeError when not representable. */
export function instantOf(epochMs: number): Instant {
  return new Date(epochMs).toISOString() as Instant;
}

/** Milliseconds since 1970-01-01T00:00:00Z. */
export function millisOf(at: Instant): number {
  return Date.parse(at);
}

/** Reads any RFC 3339 / ISO 8601 time with an offset (`Z`, `+00:00`, `2019-12-18 19:10:08+00:00`); undefined when it is none. */
export function parseInstant(text: string): Instant | undefined {
  const shaped = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-]\d{2}:?\d{2})$/.exec(text.trim());
  if (!shaped) return undefined;
  const [, day, clock, fraction = '', zone = 'Z'] = shaped;
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  const epochMs = Date.parse(`${day}T${clock}${fraction.slice(0, 4)}${offset}`);
  return Number.isNaN(epochMs) ? undefined : instantOf(epochMs);
}

/** `at` moved by a number of milliseconds, which may be negative. */
export function plusMs(at: Instant, ms: number): Instant {
  return instantOf(millisOf(at) + ms);
}

/** `at` moved by days of 24 hours, which may be negative. */
export function plusDays(at: Instant, days: number): Instant {
  return plusMs(at, days * DAY_MS);
}

/** Whole days from `from` to `to`, rounded down; negative when `to` is earlier. */
export function daysBetween(from: Instant, to: Instant): number {
  return Math.floor((millisOf(to) - millisOf(from)) / DAY_MS);
}

/** The earlier of the instants given. */
export function earliest(first: Instant, ...rest: readonly Instant[]): Instant {
  return rest.reduce((best, at) => (at < best ? at : best), first);
}

/** The later of the instants given. */
export function latest(first: Instant, ...rest: readonly Instant[]): Instant {
  return rest.reduce((best, at) => (at > best ? at : best), first);
}
