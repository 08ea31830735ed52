import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localDay, nextWorkingMoment } from '../../lib/domain/chase/working-time.ts';
import type { Person } from '../../lib/domain/review/person.ts';
import { HOUR_MS, plusDays } from '../../lib/domain/time.ts';
import { itemRef, ownedIdentity, storedRemoval } from '../support/reviews.ts';
import { PEOPLE, person, type World, world } from '../support/world.ts';

const ZONES = ['UTC', 'America/Los_Angeles', 'Asia/Tokyo', 'Pacific/Auckland', 'Asia/Kolkata'];
const WEEKS = [
  [1, 2, 3, 4, 5],
  [1, 2, 3],
  [7, 1, 2, 3, 4],
];
const HOLIDAYS = [[], ['2026-09-21', '2026-09-25', '2026-09-28', '2026-10-02']];

const habit = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  weekdays: fc.constantFrom(...WEEKS),
  holidays: fc.constantFrom(...HOLIDAYS),
  startMinute: fc.constantFrom(360, 540, 780),
});
const OWNERS = ['joe', 'kim', 'lea', 'moe'] as const;

/** Four silent owners, each the manager of the one before; who they are is chosen at random. */
async function silence(
  habits: readonly unknown[],
  graceDays: number,
): Promise<{ w: World; people: Person[] }> {
  const owners = OWNERS.map((id, index) => {
    const { timeZone, weekdays, holidays, startMinute } = habits[index] as {
      timeZone: string;
      weekdays: number[];
      holidays: string[];
      startMinute: number;
    };
    const workingHours = { startMinute, endMinute: startMinute + 420, weekdays };
    return person(id, { timeZone, holidays, workingHours, managerId: OWNERS[index + 1] ?? 'max' });
  });
  const people = [...PEOPLE, ...owners];
  const w = await world({
    identities: OWNERS.map((id) => ownedIdentity(`of-${id}`, id)),
    people,
    definition: { timeline: { reviewDays: 10, graceDays, closeAfterDays: 30 } },
  });
  const campaign = await w.open();
  await w.until(plusDays(campaign.graceEndsAt, 12), 2 * HOUR_MS);
  return { w, people };
}

describe('whoever is silent, wherever they live and whenever they work', () => {
  test('is chased in their own hours, once a day and channel, and warned before every switch-off', async () => {
    const habits = fc.array(habit, { minLength: OWNERS.length, maxLength: OWNERS.length });
    await fc.assert(
      fc.asyncProperty(habits, fc.integer({ min: 0, max: 30 }), async (chosen, graceDays) => {
        const { w, people } = await silence(chosen, graceDays);
        const days = new Map<string, number>();
        for (const { to, channel, body, now } of w.sent) {
          const isLastCall =
            body.purpose === 'switch-off-warning' || (body.purpose === 'escalation' && body.warning);
          const isNews = ['switched-off', 'removal-list', 'findings'].includes(body.purpose);
          if (isLastCall || isNews) continue;
          const who = people.find(({ personId }) => personId === to.personId) ?? to;
          expect(nextWorkingMoment(now, who), `${body.purpose} to ${to.personId}`).toBe(now);
          if (body.purpose !== 'digest' && body.purpose !== 'escalation') continue;
          const day = `${to.personId} ${channel} ${body.purpose} ${localDay(now, who.timeZone)}`;
          days.set(day, (days.get(day) ?? 0) + 1);
        }
        expect(days.size).toBeGreaterThan(OWNERS.length);
        expect([...days].filter(([, count]) => count > 1)).toEqual([]);

        const [campaign] = await w.environment.store.campaigns();
        if (!campaign) throw new Error('no campaign');
        for (const id of OWNERS) {
          const removal = await storedRemoval(w, itemRef(campaign, ownedIdentity(`of-${id}`, id)));
          expect(removal.executedAt, id).toBeDefined();
          const warned = w.sent.filter(
            ({ to, body, now }) =>
              to.personId === id &&
              body.purpose === 'switch-off-warning' &&
              now < (removal.executedAt ?? now),
          );
          expect(warned.length, `${id} warned, ${graceDays} days of grace`).toBeGreaterThan(0);
        }
      }),
      { numRuns: 8 },
    );
  }, 120_000);
});
