// What one sender holds of the windows: blocks taken from the book and used up one by one, and places in the line.
import type { Urgency } from '../../application/ports/pace.ts';
import type { PaceBook } from './pace-book.ts';

/** So many in each window of so many ms. */
export interface PaceLimit {
  readonly perWindow: number;
  readonly windowMs: number;
}

/** One taken, which may be put back; or when asking again is of use, in ms since the epoch. */
export type Grabbed = { put(): void } | { readonly freeAtMs: number };

/** How much of a window each urgency may use up. */
const SHARES: Readonly<Record<Urgency, number>> = { now: 1, soon: 0.9, whenever: 0.5 };
/** A window is handed out in about this many blocks. */
const BLOCKS = 8;
/** Places in the line taken at once. */
const PLACES = 10;

/** One limit as one sender keeps to it. */
export interface WindowBlocks {
  grab(limit: PaceLimit, urgency: Urgency): Promise<Grabbed>;
  /** When to come back: one after the other, as fast as the limit lets them through. */
  placeFor(limit: PaceLimit, freeAtMs: number): Promise<number>;
  shut(untilMs: number): Promise<void>;
}

/** Keeps to one limit of the book. */
export function windowBlocks(name: string, book: PaceBook, wallClock: () => number): WindowBlocks {
  /** `left`: still to be used; 0 when the window is full, undefined when the book has to be asked. */
  const blocks = new Map<Urgency, { readonly window: number; left: number | undefined }>();
  let shutUntilMs = 0;
  let places = { nextMs: 0, left: 0 };
  return {
    async grab({ perWindow, windowMs }, urgency) {
      const now = wallClock();
      if (shutUntilMs > now) return { freeAtMs: shutUntilMs };
      const window = Math.floor(now / windowMs);
      const known = blocks.get(urgency);
      const block = known?.window === window ? known : { window, left: undefined };
      blocks.set(urgency, block);
      if (block.left === undefined) {
        const count = urgency === 'now' ? 1 : Math.max(1, Math.floor(perWindow / BLOCKS));
        const ceiling = Math.max(1, Math.floor(perWindow * SHARES[urgency]));
        const got = await book.take(name, { window, count, ceiling, nowMs: now });
        if ('shutUntilMs' in got) {
          shutUntilMs = got.shutUntilMs;
          return { freeAtMs: shutUntilMs };
        }
        // Others in this process may have asked at the same moment: what each got counts.
        block.left = (block.left ?? 0) + got.taken;
      }
      if (block.left === 0) return { freeAtMs: (window + 1) * windowMs };
      block.left = block.left === 1 ? undefined : block.left - 1;
      return {
        put: () => {
          block.left = (block.left ?? 0) + 1;
        },
      };
    },
    async placeFor({ perWindow, windowMs }, freeAtMs) {
      const stepMs = windowMs / perWindow;
      if (places.left === 0 || places.nextMs < freeAtMs) {
        const nextMs = await book.line(name, { fromMs: freeAtMs, lengthMs: stepMs * PLACES });
        places = { nextMs, left: PLACES };
      }
      const place = places.nextMs;
      places = { nextMs: place + stepMs, left: places.left - 1 };
      return place;
    },
    async shut(untilMs) {
      shutUntilMs = Math.max(shutUntilMs, untilMs);
      await book.shut(name, untilMs);
    },
  };
}
