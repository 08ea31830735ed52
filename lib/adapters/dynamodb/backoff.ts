// Waiting before trying again: exponential with full jitter, so that writers who collided do not collide again.
import { setTimeout as pause } from 'node:timers/promises';

/** Waits; a port so that tests need not. */
export type Sleep = (ms: number) => Promise<unknown>;

/** Real waiting. */
export const realSleep: Sleep = (ms) => pause(ms);

const FIRST_MS = 25;
const LONGEST_MS = 5000;

/** How long to wait before attempt `attempt` (1 = first repetition). */
export function backoffMs(attempt: number): number {
  return Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
}
