import { describe, expect, test } from 'vitest';
import { localTime } from '../../lib/domain/chase/working-time.ts';
import { HOUR_MS, plusDays } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity } from '../support/reviews.ts';
import { MONDAY, PEOPLE, person, type World, world } from '../support/world.ts';

const one = ownedIdentity('one', 'ada');
const ARMED = { enforcement: { defaultMode: 'armed' as const } };
const remindersOf = (w: World) =>
  w.sent.flatMap(({ to, body, now }) =>
    body.purpose === 'promise-reminder'
      ? [{ who: to.personId, now, text: body.text, until: body.until }]
      : [],
  );

describe('a retirement', () => {
  test('is spoken of days ahead, once, in working hours, and then comes', async () => {
    const people = PEOPLE.map((each) =>
      each.personId === 'ada' ? person('ada', { timeZone: 'Asia/Tokyo' }) : each,
    );
    const w = await world({ identities: [one], definition: ARMED, people });
    const campaign = await w.open();
    const until = plusDays(MONDAY, 20);
    await answer(w, itemRef(campaign, one), 'ada', { verdict: 'retire', reason: 'moved', on: until });
    await w.until(plusDays(MONDAY, 21), 2 * HOUR_MS);

    const [reminder, ...more] = remindersOf(w);
    expect(more).toEqual([]);
    expect(reminder).toMatchObject({ who: 'ada', until, text: expect.stringContaining('switched off then') });
    const { weekday, minuteOfDay } = localTime(reminder?.now ?? MONDAY, 'Asia/Tokyo');
    expect(weekday <= 5 && minuteOfDay >= 540 && minuteOfDay < 1020).toBe(true);
    expect(w.target.disables).toHaveLength(1);
    const aheadMs = Date.parse(until) - Date.parse(reminder?.now ?? '');
    expect(aheadMs).toBeGreaterThan(2 * 24 * HOUR_MS);
  });

  test('of tomorrow, or one that was answered anew, is not spoken of', async () => {
    const two = ownedIdentity('two', 'ada');
    const w = await world({ identities: [one, two], definition: ARMED });
    const campaign = await w.open();
    await answer(w, itemRef(campaign, one), 'ada', {
      verdict: 'retire',
      reason: '',
      on: plusDays(MONDAY, 1),
    });
    await answer(w, itemRef(campaign, two), 'ada', {
      verdict: 'retire',
      reason: '',
      on: plusDays(MONDAY, 9),
    });
    await answer(w, itemRef(campaign, two), 'ada', { verdict: 'certify', reason: 'stays' });
    await w.until(plusDays(MONDAY, 10), 2 * HOUR_MS);

    expect(remindersOf(w)).toEqual([]);
    expect(w.target.disables).toHaveLength(1);
  });

  test('is spoken of to the manager when who promised it cannot be reached', async () => {
    const w = await world({ identities: [one], definition: ARMED });
    const campaign = await w.open();
    const until = plusDays(MONDAY, 20);
    await answer(w, itemRef(campaign, one), 'ada', { verdict: 'retire', reason: 'moved', on: until });
    w.unreachable.add('ada');
    await w.until(until, 2 * HOUR_MS);
    expect(remindersOf(w).map(({ who }) => who)).toEqual(['max']);
  });
});
