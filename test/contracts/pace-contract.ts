// What every pace has to do, whether it is counted in this process or in a table for all.
import { afterEach, describe, expect, test } from 'vitest';
import { createPace } from '../../lib/adapters/pace/create-pace.ts';
import type { PaceBook } from '../../lib/adapters/pace/pace-book.ts';
import type { PaceLimit } from '../../lib/adapters/pace/window-blocks.ts';
import type { Pace, PaceLane, Urgency } from '../../lib/application/ports/pace.ts';

const LIMIT: PaceLimit = { perWindow: 20, windowMs: 10_000 };

/** A place to count in, as another process opens it too. */
export interface PaceBooks {
  /** A book over the same counts, as another process has it. */
  open(): PaceBook;
  close(): Promise<void>;
}

/** Describes the contract of a pace over these books. */
export function describePace(name: string, start: () => Promise<PaceBooks>): void {
  describe(`a pace counted in ${name}`, () => {
    let books: PaceBooks;
    let nowMs = 0;
    const paceOf = (limits: Partial<Record<'slack' | 'slack-open' | 'email', PaceLimit>> = {}): Pace =>
      createPace({
        book: books.open(),
        wallClock: () => nowMs,
        limitOf: async (limit) => limits[limit] ?? LIMIT,
      });
    const begin = async () => {
      books = await start();
      nowMs = 1_000_000_000;
    };
    afterEach(() => books.close());

    async function admitted(
      paces: readonly Pace[],
      asks: number,
      lane: PaceLane = 'slack',
      urgency: Urgency = 'soon',
    ) {
      let count = 0;
      for (let n = 0; n < asks; n += 1) {
        const answer = await paces[n % paces.length]?.admit(lane, urgency);
        if (answer?.go) count += 1;
      }
      return count;
    }

    test('several senders together never exceed a window, and go on in the next', async () => {
      await begin();
      const paces = [paceOf(), paceOf(), paceOf()];
      expect(await admitted(paces, 60)).toBe(18);
      expect(await admitted(paces, 60, 'slack', 'now')).toBe(2);
      nowMs += LIMIT.windowMs;
      expect(await admitted(paces, 60)).toBe(18);
    });

    test('senders at the same moment do not take what another took', async () => {
      await begin();
      const paces = Array.from({ length: 5 }, () => paceOf());
      const answers = await Promise.all(
        paces.flatMap((pace) => Array.from({ length: 10 }, () => pace.admit('email', 'now'))),
      );
      const gone = answers.filter((answer) => answer.go).length;
      expect(gone).toBeGreaterThan(0);
      expect(gone).toBeLessThanOrEqual(LIMIT.perWindow);
    });

    test('a summary waits while half a window is used; a code still goes when the others wait', async () => {
      await begin();
      const pace = paceOf();
      expect(await admitted([pace], 12, 'email')).toBe(12);
      expect(await pace.admit('email', 'whenever')).toMatchObject({ go: false });
      expect(await admitted([pace], 12, 'email')).toBe(6);
      expect(await pace.admit('email', 'now')).toMatchObject({ go: true });
    });

    test('who has to wait is told to come back one after the other, as fast as the limit lets them through', async () => {
      await begin();
      const paces = [paceOf(), paceOf()];
      const waits: number[] = [];
      for (let n = 0; n < 98; n += 1) {
        const answer = await paces[n % 2]?.admit('slack', 'soon');
        if (answer && !answer.go) waits.push(nowMs + answer.waitMs);
      }
      expect(waits).toHaveLength(80);
      for (const windowEnd of [1, 2, 3, 4]) {
        const from = nowMs + windowEnd * LIMIT.windowMs;
        const inWindow = waits.filter((at) => at >= from && at < from + LIMIT.windowMs);
        expect(inWindow.length).toBeGreaterThan(0);
        expect(inWindow.length).toBeLessThanOrEqual(LIMIT.perWindow + 1);
      }
    });

    test('what a provider told one sender holds for all, and not for other lanes', async () => {
      await begin();
      const [one, other] = [paceOf(), paceOf()];
      expect(await other.admit('slack', 'soon')).toMatchObject({ go: true });
      await one.told('slack', 45_000);
      await one.told('slack', 5_000);
      for (const aheadMs of [0, 10_000, 44_000]) {
        nowMs = 1_000_000_000 + aheadMs;
        const asker = paceOf();
        const answer = await asker.admit('slack', 'now');
        expect(answer).toMatchObject({ go: false });
        expect(answer.go || answer.waitMs).toBeGreaterThanOrEqual(45_000 - aheadMs);
        expect(await asker.admit('email', 'soon')).toMatchObject({ go: true });
      }
      nowMs = 1_000_000_000 + 46_000;
      expect(await other.admit('slack', 'soon')).toMatchObject({ go: true });
    });

    test('a first message needs room for opening the conversation too, and gives back what it cannot use', async () => {
      await begin();
      const pace = paceOf({ 'slack-open': { perWindow: 3, windowMs: 10_000 } });
      expect(await admitted([pace], 10, 'slack-first', 'now')).toBe(3);
      expect(await admitted([pace], 30, 'slack', 'now')).toBe(17);
    });

    test('what was not sent after all lets somebody else through', async () => {
      await begin();
      const pace = paceOf({ email: { perWindow: 1, windowMs: 10_000 } });
      const first = await pace.admit('email', 'now');
      expect(await pace.admit('email', 'now')).toMatchObject({ go: false });
      if (first.go) first.unused();
      expect(await pace.admit('email', 'now')).toMatchObject({ go: true });
    });
  });
}
