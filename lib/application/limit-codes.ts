// How many one-time codes a link may ask for. A code stands five wrong tries, so this bounds guessing: whoever a mail was
// forwarded to has at most 100 guesses a day at a million codes, and cannot flood the reviewer with messages.
import { RefusedError } from '../domain/errors.ts';
import { DAY_MS, type Instant, MINUTE_MS, millisOf } from '../domain/time.ts';
import { untilNoConflict } from './conflict.ts';
import type { Environment } from './environment.ts';
import { create, update, type Write } from './ports/review-store.ts';

const LIMITS = [
  { windowMs: 10 * MINUTE_MS, max: 5, words: '10 minutes' },
  { windowMs: DAY_MS, max: 20, words: 'a day' },
] as const;

/**
 * Counts one more code for a link, named by the digest of its token. Windows are fixed: they begin on the clock.
 * @throws RefusedError STOPPED when the link has asked for too many.
 */
export async function countCode({ store, clock }: Environment, linkDigest: string): Promise<void> {
  await untilNoConflict(async () => {
    const now = clock.now();
    const writes: Write[] = [];
    for (const { windowMs, max, words } of LIMITS) {
      const counterId = counterIdOf(linkDigest, windowMs, now);
      const counter = await store.get('counter', { counterId });
      if (counter && counter.count >= max) {
        throw new RefusedError({
          code: 'STOPPED',
          message: `This link asked for ${max} codes within ${words}; please wait and try again, or answer in Slack. If it was not you who asked, tell security.`,
        });
      }
      writes.push(
        counter
          ? update('counter', counter, { count: counter.count + 1 })
          : create('counter', { schemaVersion: 1, version: 1, counterId, count: 1 }),
      );
    }
    await store.commit(writes);
  });
}

function counterIdOf(linkDigest: string, windowMs: number, now: Instant): string {
  return `codes/${linkDigest}/${windowMs}/${Math.floor(millisOf(now) / windowMs)}`;
}
