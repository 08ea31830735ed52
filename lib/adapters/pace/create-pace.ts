// A pace over a book of counts: how many messages a lane lets through, and who waits how long.
import type { Pace, PaceLane, Urgency } from '../../application/ports/pace.ts';
import type { PaceBook } from './pace-book.ts';
import { type Grabbed, type PaceLimit, windowBlocks } from './window-blocks.ts';

/** What is limited: messages of Slack, conversations opened there, mails. */
export type LimitName = 'slack' | 'slack-open' | 'email';

/** How a pace is made. */
export interface PaceOptions {
  readonly book: PaceBook;
  /** Real time, in ms since the epoch. */
  readonly wallClock: () => number;
  /** Asked at every message: mail's limit is SES's to say. */
  readonly limitOf: (name: LimitName) => Promise<PaceLimit>;
  /** Waits here for the next window when that is near, so that a queue is worked off at the pace itself. @default not */
  readonly patience?: { readonly maxMs: number; sleep(ms: number): Promise<void> } | undefined;
}

/**
 * Slack posts "about one message a second per channel, several hundred a minute per workspace", and opens 50 or more
 * conversations a minute (tier 3). Any minute sees thirteen windows at most, and others call these methods too.
 * https://docs.slack.dev/apis/web-api/rate-limits
 */
export const SLACK_LIMITS: Readonly<Record<'slack' | 'slack-open', PaceLimit>> = {
  slack: { perWindow: 18, windowMs: 5_000 },
  'slack-open': { perWindow: 3, windowMs: 5_000 },
};

const LIMITS: Readonly<Record<PaceLane, readonly LimitName[]>> = {
  slack: ['slack'],
  'slack-first': ['slack-open', 'slack'],
  email: ['email'],
};

/** Makes the pace. */
export function createPace({ book, wallClock, limitOf, patience }: PaceOptions): Pace {
  const limits = {
    slack: windowBlocks('slack', book, wallClock),
    'slack-open': windowBlocks('slack-open', book, wallClock),
    email: windowBlocks('email', book, wallClock),
  };
  const grabAll = async (lane: PaceLane, urgency: Urgency) => {
    const taken: Extract<Grabbed, { put(): void }>[] = [];
    const putBack = () => taken.forEach((one) => one.put());
    for (const name of LIMITS[lane]) {
      const got = await limits[name].grab(await limitOf(name), urgency);
      if ('put' in got) {
        taken.push(got);
        continue;
      }
      putBack();
      return { name, freeAtMs: got.freeAtMs };
    }
    return { putBack };
  };
  return {
    async admit(lane, urgency) {
      const giveUpAtMs = wallClock() + (patience?.maxMs ?? 0);
      for (;;) {
        const got = await grabAll(lane, urgency);
        if ('putBack' in got) return { go: true, unused: got.putBack };
        if (!patience || got.freeAtMs > giveUpAtMs) {
          const place = await limits[got.name].placeFor(await limitOf(got.name), got.freeAtMs);
          return { go: false, waitMs: Math.max(1, Math.ceil(place - wallClock())) };
        }
        await patience.sleep(Math.max(1, got.freeAtMs - wallClock()));
      }
    },
    async told(lane, retryAfterMs) {
      for (const name of LIMITS[lane]) await limits[name].shut(wallClock() + retryAfterMs);
    },
  };
}
