import { describe, expect, test } from 'vitest';
import { isoWeekOf } from '../../lib/domain/chase/iso-week.ts';
import { localDay, localTime } from '../../lib/domain/chase/working-time.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { type Instant, instantOf, plusDays, plusMs } from '../../lib/domain/time.ts';
import { answer, itemRef, ownedIdentity } from '../support/reviews.ts';
import { DEFINITION, PEOPLE, person, type World, world } from '../support/world.ts';

const HOUR = 3_600_000;
const ONE = ownedIdentity('one', 'ada');
const TWO = ownedIdentity('two', 'ada');
const THREE = ownedIdentity('three', 'ben');

const summariesTo = (w: World, personId: string) =>
  w.sent.filter(({ to, body }) => to.personId === personId && body.purpose === 'weekly-summary');

/** Hour by hour, with a tick that plans summaries as the deployed one does. @returns when each summary to a person went */
async function live(w: World, until: Instant, personId: string): Promise<Instant[]> {
  const times: Instant[] = [];
  while (w.clock.now() < until) {
    w.setClock(instantOf(Math.min(Date.parse(w.clock.now()) + HOUR, Date.parse(until))));
    const before = summariesTo(w, personId).length;
    await w.planSummaries();
    await w.settle();
    for (let n = before; n < summariesTo(w, personId).length; n += 1) times.push(w.clock.now());
  }
  return times;
}

describe('the summary of the week', () => {
  test('comes to the manager of a running campaign on Monday morning where they are, once a week', async () => {
    const inTokyo = PEOPLE.map((one) => (one.personId === 'max' ? { ...one, timeZone: 'Asia/Tokyo' } : one));
    const w = await world({ identities: [ONE, THREE], people: inTokyo });
    const campaign = await w.open();
    const times = await live(w, plusDays(campaign.startedAt, 20), 'max');
    const local = times.map((at) => localTime(at, 'Asia/Tokyo'));
    const [first, ...mondays] = local;
    expect(first?.day).toBe('2026-09-08');
    expect(mondays.map(({ day }) => day)).toEqual(['2026-09-14', '2026-09-21']);
    for (const { msOfDay } of mondays) expect(msOfDay / HOUR).toBeLessThan(11);
    expect(summariesTo(w, 'ada')).toEqual([]);
  });

  test('counts what is open, late and held, and names who has most to do', async () => {
    const w = await world({ identities: [ONE, TWO, THREE] });
    const campaign = await w.open();
    await answer(w, itemRef(campaign, THREE), 'ben', { verdict: 'certify', reason: 'used daily' });
    await live(w, plusDays(campaign.startedAt, 8), 'max');
    expect(summariesTo(w, 'max').at(-1)?.body).toMatchObject({
      campaigns: [
        {
          campaignId: campaign.campaignId,
          items: 3,
          open: 2,
          late: 0,
          held: 0,
          waitingFor: [{ name: 'Ada', open: 2 }],
        },
      ],
    });
    w.setClock(plusMs(campaign.dueAt, HOUR));
    await live(w, plusDays(campaign.dueAt, 4), 'max');
    expect(summariesTo(w, 'max').at(-1)?.body).toMatchObject({ campaigns: [{ open: 2, late: 2 }] });
  });

  test('is not sent when nothing runs, nor to a manager who has left', async () => {
    const w = await world({
      identities: [ONE],
      people: [...PEOPLE, person('lou', { leftAt: instantOf(Date.UTC(2026, 8, 9)) })],
      definition: { reviewers: { ...DEFINITION.reviewers, manager: 'lou' } },
    });
    expect(await w.planSummaries()).toBe(0);
    const campaign = await w.open();
    await live(w, plusDays(campaign.startedAt, 15), 'lou');
    expect(summariesTo(w, 'lou')).toEqual([]);
  });

  test('waits for the first day they work in, and is left out in a week that they are away', async () => {
    const away = [
      '2026-09-07',
      '2026-09-08',
      '2026-09-14',
      '2026-09-15',
      '2026-09-16',
      '2026-09-17',
      '2026-09-18',
    ];
    const w = await world({
      identities: [ONE],
      people: PEOPLE.map((one) => (one.personId === 'max' ? { ...one, holidays: away } : one)),
    });
    const campaign = await w.open();
    const times = await live(w, plusDays(campaign.startedAt, 18), 'max');
    expect(times.map((at) => localDay(at, 'UTC'))).toEqual(['2026-09-09', '2026-09-21']);
  });

  test('is planned again when planning broke off, and told again when telling did: one message all the same', async () => {
    const w = await world({ identities: [ONE], lenient: true });
    const campaign = await w.open();
    const { store } = w.environment;
    const { commit } = store;
    let cut = true;
    const breaking = async (...[writes]: Parameters<typeof commit>) => {
      if (cut && writes.some(({ kind }) => kind === 'handled')) throw new Error('cut');
      return commit(writes);
    };
    Object.assign(store, { commit: breaking });
    await expect(w.planSummaries()).rejects.toThrow('cut');
    cut = false;
    await w.planSummaries();
    let down = 2;
    w.faults.failSend = ({ body }) => {
      down -= body.purpose === 'weekly-summary' ? 1 : 0;
      return body.purpose === 'weekly-summary' && down >= 0
        ? new UpstreamError({ code: 'DENIED', provider: 'p', retryable: false, message: 'down' })
        : undefined;
    };
    await live(w, plusDays(campaign.startedAt, 3), 'max');
    expect(summariesTo(w, 'max')).toHaveLength(1);
  });

  test('reads the campaign once for everybody it goes to in the same morning', async () => {
    const w = await world({
      identities: [ONE, THREE],
      definition: { reviewers: { ...DEFINITION.reviewers, manager: 'risk' } },
    });
    const campaign = await w.open();
    const { store } = w.environment;
    const { removalsIn } = store;
    let counted = 0;
    Object.assign(store, {
      removalsIn: (...given: Parameters<typeof removalsIn>) => {
        counted += 1;
        return removalsIn(...given);
      },
    });
    await live(w, plusDays(campaign.startedAt, 1), 'rita');
    expect(summariesTo(w, 'rita')).toHaveLength(1);
    expect(summariesTo(w, 'cleo')).toHaveLength(1);
    expect(counted).toBe(1);
  });

  test('says where to stop it in a mail only, and that link shows nothing', async () => {
    const byMail = person('max', { slack: undefined, roles: ['owner', 'compliance-manager'] });
    const w = await world({
      identities: [ONE],
      people: [...PEOPLE.filter(({ personId }) => personId !== 'max'), byMail, person('kim')],
      definition: { reviewers: { ...DEFINITION.reviewers, manager: 'max' } },
    });
    const campaign = await w.open();
    await live(w, plusDays(campaign.startedAt, 1), 'max');
    const [mail] = summariesTo(w, 'max');
    const link = mail?.body.purpose === 'weekly-summary' ? (mail.body.unsubscribe ?? '') : '';
    expect(mail?.channel).toBe('email');
    expect(link).toMatch(/^https:\/\/countersign\.example\/unsubscribe\/[\w-]{40,}$/);
    const token = link.split('/').at(-1) ?? '';
    await expect(w.links.reader(token)).rejects.toThrow('not valid');
    await expect(w.links.askForCode(token, 'browser')).rejects.toThrow('not valid');

    await w.summaries.choose(token, 'stop');
    await w.summaries.choose(token, 'stop');
    await live(w, plusDays(campaign.startedAt, 8), 'max');
    expect(summariesTo(w, 'max')).toHaveLength(1);
    await w.summaries.choose(token, 'send');
    await live(w, plusDays(campaign.startedAt, 15), 'max');
    expect(summariesTo(w, 'max')).toHaveLength(2);
  });

  test('stopped after it was planned is not sent', async () => {
    const w = await world({ identities: [ONE] });
    const campaign = await w.open();
    await live(w, plusDays(campaign.startedAt, 5), 'max');
    const token = (await w.summaries.unsubscribeLink('max')).split('/').at(-1) ?? '';
    // Sunday evening: the next week is planned.
    await live(w, plusMs(plusDays(campaign.startedAt, 6), 10 * HOUR), 'max');
    await w.summaries.choose(token, 'stop');
    await live(w, plusDays(campaign.startedAt, 9), 'max');
    expect(new Set(summariesTo(w, 'max').map(({ now }) => isoWeekOf(localDay(now, 'UTC'))))).toEqual(
      new Set(['2026-W37']),
    );
  });

  test('a review link does not stop summaries', async () => {
    const w = await world({ identities: [ONE] });
    const token = (await w.links.linkMail('max')).split('/').at(-1) ?? '';
    await expect(w.summaries.choose(token, 'stop')).rejects.toThrow('not valid');
  });
});
