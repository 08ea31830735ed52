// A clock that can be moved forward, for trying out a quarter in a minute.
import type { Clock } from '../application/ports/clock.ts';
import { RefusedError } from '../domain/errors.ts';
import { type Instant, instantOf, millisOf } from '../domain/time.ts';

/** A clock that stands still between moves, or runs along with real time. */
export interface VirtualClock extends Clock {
  /** Moves to an instant. @throws RefusedError when it lies in the past: time never runs backwards. */
  moveTo(at: Instant): void;
  /** From now on runs with real time, starting where it stands. */
  run(): void;
}

/** Makes a clock that stands at `start`. `wallMs` is real time in ms. */
export function virtualClock(start: Instant, wallMs: () => number): VirtualClock {
  let base = millisOf(start);
  let since: number | undefined;
  const nowMs = () => (since === undefined ? base : base + (wallMs() - since));
  return {
    now: () => instantOf(nowMs()),
    moveTo(at) {
      if (millisOf(at) < nowMs()) {
        throw new RefusedError({
          code: 'NOT_SUPPORTED',
          message: `The clock stands at ${instantOf(nowMs())}; it cannot go back to ${at}.`,
        });
      }
      base = millisOf(at);
      if (since !== undefined) since = wallMs();
    },
    run() {
      since ??= wallMs();
    },
  };
}
