import { describe, expect, test } from 'vitest';
import { localTime } from '../../lib/domain/chase/working-time.ts';
import { HOUR_MS, plusDays, plusMs } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity } from '../support/reviews.ts';
import { MONDAY, PEOPLE, person, type World, world } from '../support/world.ts';

const docketOf = (w: World, campaignId: string, reviewerId: string) =>
  w.environment.store.get('docket', { campaignId, reviewerId } as never);

describe('an escalation', () => {
  /** What a person was told about others, by day: whose answers are missing. */
  const escalatedTo = (w: World, personId: string, channel = 'slack') =>
    w.sent.flatMap(({ to, body, now, channel: by }) =>
      to.personId === personId && body.purpose === 'escalation' && by === channel
        ? [
            `${now.slice(5, 10)} ${body.warning ? 'last call ' : ''}${body.lines
              .map(({ reviewer }) => reviewer)
              .toSorted()
              .join('+')}`,
          ]
        : [],
    );
  const late = (managerId: string) => [
    ...PEOPLE,
    person('joe', { managerId }),
    person('kim', { managerId }),
    person('moe'),
  ];
  const ofBoth = [ownedIdentity('of-joe', 'joe'), ownedIdentity('of-kim', 'kim')];

  test('names everybody who is late, in one message a day', async () => {
    const w = await world({ identities: ofBoth, people: late('moe') });
    const campaign = await w.open();
    await w.until(plusDays(campaign.graceEndsAt, 1));

    expect(escalatedTo(w, 'moe')).toEqual([
      '09-29 Joe+Kim',
      '09-30 Joe+Kim',
      '10-01 Joe+Kim',
      '10-02 last call Joe+Kim',
    ]);
    expect(escalatedTo(w, 'fay')).toEqual(['10-02 last call Joe+Kim']);
    for (const reviewerId of ['joe', 'kim']) {
      const docket = await docketOf(w, campaign.campaignId, reviewerId);
      const moe = docket?.tellings.filter(
        ({ personId, channel }) => personId === 'moe' && channel === 'slack',
      );
      expect(moe).toHaveLength(4);
      expect(docket?.escalations).toBeUndefined();
    }
  });

  test('comes beside the person’s own digest', async () => {
    const own = ownedIdentity('of-moe', 'moe');
    const w = await world({ identities: [...ofBoth, own], people: late('moe') });
    await w.open();
    await w.until(plusDays(MONDAY, 22.5));

    expect(escalatedTo(w, 'moe')).toEqual(['09-29 Joe+Kim']);
    const digests = w.sent.filter(({ to, body }) => to.personId === 'moe' && body.purpose === 'digest');
    expect(digests.at(-1)?.now.slice(5, 10)).toBe('09-29');
  });

  test('stops for who has answered', async () => {
    const w = await world({ identities: ofBoth, people: late('moe') });
    const campaign = await w.open();
    // The manager would hear of both an hour later.
    await w.until(plusMs(plusDays(MONDAY, 22), 2 * HOUR_MS));
    await answer(w, itemRef(campaign, ofBoth[0] as never), 'joe', { verdict: 'certify', reason: 'in use' });
    await w.until(plusDays(MONDAY, 23.5));

    expect(escalatedTo(w, 'moe')).toEqual(['09-29 Kim', '09-30 Kim']);
  });

  test('waits while the campaign is held, and is dropped when it is cancelled', async () => {
    const w = await world({ identities: ofBoth, people: late('moe') });
    const { campaignId } = await w.open();
    await w.until(plusMs(plusDays(MONDAY, 22), 2 * HOUR_MS));
    await w.steerCampaign(campaignId, { act: 'hold', reason: 'wait' }, w.who('max'));
    await w.until(plusMs(plusDays(MONDAY, 22), 6 * HOUR_MS));
    expect(escalatedTo(w, 'moe')).toEqual([]);
    await w.steerCampaign(campaignId, { act: 'resume', reason: 'on' }, w.who('max'));
    await w.until(plusMs(plusDays(MONDAY, 22), 8 * HOUR_MS));
    expect(escalatedTo(w, 'moe')).toEqual(['09-29 Joe+Kim']);

    await w.until(plusMs(plusDays(MONDAY, 23), 2 * HOUR_MS));
    await w.steerCampaign(campaignId, { act: 'cancel', reason: 'enough' }, w.who('max'));
    await w.until(plusDays(MONDAY, 25));
    expect(escalatedTo(w, 'moe')).toEqual(['09-29 Joe+Kim']);
    expect(await w.tick()).toBe(0);
  });

  test('comes in the working hours of whom it is for', async () => {
    const people = [
      ...PEOPLE,
      person('joe', { managerId: 'tok', timeZone: 'America/Los_Angeles' }),
      person('tok', { timeZone: 'Asia/Tokyo' }),
    ];
    const w = await world({ identities: [ownedIdentity('of-joe', 'joe')], people });
    const campaign = await w.open();
    await w.until(plusDays(campaign.graceEndsAt, 1));

    const told = w.sent.filter(({ to }) => to.personId === 'tok');
    expect(told.length).toBeGreaterThan(2);
    const chased = told.filter(({ body }) => body.purpose === 'escalation' && !body.warning);
    for (const { now } of chased) {
      const { weekday, minuteOfDay } = localTime(now, 'Asia/Tokyo');
      expect(weekday <= 5 && minuteOfDay >= 540 && minuteOfDay < 1020, now).toBe(true);
    }
    // The last call is sent while there is grace, if need be at night.
    expect(told.at(-1)?.now.localeCompare(campaign.graceEndsAt)).toBe(-1);
  });

  test('goes down the line while nobody can be told', async () => {
    const w = await world({ identities: ofBoth, people: late('moe') });
    for (const who of ['joe', 'kim', 'moe']) w.unreachable.add(who);
    const campaign = await w.open();
    await w.until(plusDays(MONDAY, 1.5));

    expect(escalatedTo(w, 'fay').join(' ')).toMatch(/Joe.*Kim|Kim.*Joe/);
    for (const reviewerId of ['joe', 'kim']) {
      expect((await docketOf(w, campaign.campaignId, reviewerId))?.firstToldAt).toBeDefined();
    }
  });

  test('of more reviews than one message can record goes on the next day', async () => {
    const names = Array.from({ length: 24 }, (_, n) => `late-${n}`);
    const people = [...PEOPLE, ...names.map((id) => person(id, { managerId: 'moe' })), person('moe')];
    const w = await world({ identities: names.map((id) => ownedIdentity(`of-${id}`, id)), people });
    const campaign = await w.open();
    await w.until(plusDays(campaign.graceEndsAt, 1));

    const told = await Promise.all(
      names.map(async (id) => (await docketOf(w, campaign.campaignId, id))?.tellings ?? []),
    );
    const ofMoe = told.map((tellings) => tellings.filter(({ personId }) => personId === 'moe').length);
    expect(Math.min(...ofMoe)).toBeGreaterThan(1);
    const sent = w.sent.flatMap(({ to, body, channel, now }) =>
      to.personId === 'moe' && body.purpose === 'escalation' && channel === 'slack'
        ? [`${now.slice(5, 10)} ${body.lines.length} and ${body.more}`]
        : [],
    );
    // Last calls are outside the cap: the others come in a second message.
    expect(sent).toEqual([
      '09-29 20 and 4',
      '09-30 20 and 4',
      '10-01 20 and 4',
      '10-02 20 and 4',
      '10-02 4 and 0',
    ]);
  });
});
