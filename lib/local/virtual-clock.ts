// A clock that can be moved forward, for trying out a quarter in a minute.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Clock } from '../application/ports/clock.ts';
import { RefusedError } from '../domain/errors.ts';
import { Instant, instantOf, latest, millisOf } from '../domain/time.ts';

/** A clock that stands still between moves, or runs along with real time. */
export interface VirtualClock extends Clock {
  /** Moves to an instant. @throws RefusedError when it lies in the past: time never runs backwards. */
  moveTo(at: Instant): void;
  /** From now on runs with real time, starting where it stands. */
  run(): void;
}

/**
 * Makes a clock that stands at `start`. `wallMs` is real time in ms.
 * @param file where moves are kept, so that the next start goes on at the last one
 */
export function virtualClock(start: Instant, wallMs: () => number, file?: string): VirtualClock {
  let base = millisOf(file === undefined ? start : latest(start, lastMove(file) ?? start));
  let since: number | undefined;
  const nowMs = () => (since === undefined ? base : base + (wallMs() - since));
  return {
    now: () => instantOf(nowMs()),
    moveTo(at) {
      // While it runs, the time asked for may have come between the asking and now.
      if (since !== undefined && millisOf(at) <= nowMs() && nowMs() - millisOf(at) < 1000) return;
      if (millisOf(at) < nowMs()) {
        throw new RefusedError({
          code: 'NOT_SUPPORTED',
          message: `The clock stands at ${instantOf(nowMs())}; it cannot go back to ${at}.`,
        });
      }
      base = millisOf(at);
      if (file !== undefined) writeFileSync(file, at);
      if (since !== undefined) since = wallMs();
    },
    run() {
      since ??= wallMs();
    },
  };
}

function lastMove(file: string): Instant | undefined {
  if (!existsSync(file)) return undefined;
  // A crash while it was written leaves half an instant; the records know better what is due.
  return Instant.safeParse(readFileSync(file, 'utf8')).data;
}
