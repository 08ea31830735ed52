// Reading what people type: times, spans, ports. Wrong ones are refused naming option and value.
import { InvalidInputError } from '../domain/errors.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, parseInstant } from '../domain/time.ts';

/** A wrong value of an option. */
export function badArgument(option: string, value: string, wanted: string): InvalidInputError {
  return new InvalidInputError({
    code: 'BAD_ARGUMENT',
    message: `${option}: ${JSON.stringify(value)} is not ${wanted}.`,
  });
}

/** `2026-11-02T08:00:00Z`, or a date, taken as its first instant in UTC. @throws InvalidInputError BAD_ARGUMENT */
export function readInstant(option: string, text: string): Instant {
  const at = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (at !== undefined) return at;
  throw badArgument(option, text, 'a date (2026-11-02) or a time with an offset (2026-11-02T08:00:00Z)');
}

/** The last instant of a day in UTC, or the time given. @throws InvalidInputError BAD_ARGUMENT */
export function readDeadline(option: string, text: string): Instant {
  return readInstant(option, /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59Z` : text);
}

const UNIT_MS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

/** `+14d`, `+3h`, `+90m`, `+2w` as milliseconds; undefined when it is no span. */
export function readSpanMs(text: string): number | undefined {
  const shaped = /^\+?(\d{1,5})([mhdw])$/.exec(text.trim());
  if (!shaped) return undefined;
  const spanMs = Number(shaped[1]) * (UNIT_MS[shaped[2] ?? ''] ?? 0);
  return spanMs > 0 ? spanMs : undefined;
}

/** A TCP port; 0 lets the system choose. @throws InvalidInputError BAD_ARGUMENT */
export function readPort(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw badArgument(option, text, 'a port (0 to 65535)');
}

/** A whole number of at least one. @throws InvalidInputError BAD_ARGUMENT */
export function readCount(option: string, text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw badArgument(option, text, 'a whole number from 1 on');
}
