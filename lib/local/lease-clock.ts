// Real time as leases are told by. Whatever a process held that is gone has run out for the next one over the same folder,
// which only one can open at a time: otherwise a killed stack would have to be waited for.
import { appendFileSync, existsSync, statSync } from 'node:fs';
import type { Clock } from '../application/ports/clock.ts';
import { instantOf, MINUTE_MS } from '../domain/time.ts';

/** Longer than any lease there is. */
const LEASES_END_MS = 20 * MINUTE_MS;

/**
 * Makes the clock: real time, and a step further ahead with every start.
 * @param file remembers the starts, a byte each
 * @param wallMs real time, in ms since the epoch
 */
export function leaseClock(file: string, wallMs: () => number): Clock {
  const startsBefore = existsSync(file) ? statSync(file).size : 0;
  appendFileSync(file, '.');
  return { now: () => instantOf(wallMs() + startsBefore * LEASES_END_MS) };
}
