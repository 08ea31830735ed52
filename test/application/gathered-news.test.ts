import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PendingApproval } from '../../lib/application/review-actions.ts';
import { localTime } from '../../lib/domain/chase/working-time.ts';
import { Team } from '../../lib/domain/review/person.ts';
import { HOUR_MS, MINUTE_MS, plusDays, plusMs } from '../../lib/domain/time.ts';
import { wire } from '../support/power-cuts.ts';
import { answer, bringBack, itemRef, ownedIdentity, storedRemoval } from '../support/reviews.ts';
import { DEFINITION, MONDAY, PEOPLE, person, TEAMS, type World, world } from '../support/world.ts';

const many = (count: number, owner: string) =>
  Array.from({ length: count }, (_, n) => ownedIdentity(`${owner}-${n}`, owner));
const ARMED = {
  enforcement: { defaultMode: 'armed' as const, caps: [{ per: 'campaign' as const, count: 1000 }] },
};
const SECOND_WORD = {
  reviewers: { ...DEFINITION.reviewers, secondApproverTiers: ['critical', 'high', 'medium', 'low'] as never },
};

/** What came to a person about things that happened or are wanted: all but the chase. */
const newsTo = (w: World, personId: string) =>
  w.sent.filter(
    ({ to, body }) =>
      to.personId === personId && !['digest', 'switch-off-warning', 'escalation'].includes(body.purpose),
  );

describe('what was switched off', () => {
  test('comes to a silent owner of 200 in at most three messages, the first with Undo, and counts all', async () => {
    const w = await world({ identities: many(200, 'ada'), definition: ARMED });
    const campaign = await w.open();
    await w.until(campaign.graceEndsAt, 6 * HOUR_MS);
    await w.until(plusDays(campaign.graceEndsAt, 1), HOUR_MS);

    expect(w.target.disables).toHaveLength(200);
    const messages = newsTo(w, 'ada');
    expect(messages.length).toBeLessThanOrEqual(3);
    const counted = messages.flatMap(({ body }) =>
      body.purpose === 'removal-list' ? [body.news.length + body.more] : [],
    );
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(200);
    const [first] = messages;
    expect(first?.body).toMatchObject({ purpose: 'removal-list' });
    if (first?.body.purpose === 'removal-list') expect(first.body.news[0]?.undoUntil).toBeDefined();
    const desk = await w.actions.desk('ada');
    expect(desk.recent).toHaveLength(10);
    expect(desk.recent.every(({ undo }) => undo !== undefined)).toBe(true);
  }, 60_000);

  test('is on the owner’s desk at once, and no news any more when it is on again', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one], definition: ARMED });
    const campaign = await w.open();
    await answer(w, itemRef(campaign, one), 'ada', { verdict: 'revoke', reason: 'gone' });
    w.setClock(plusMs(MONDAY, 16 * MINUTE_MS));
    await w.settle();
    const { removalId } = await storedRemoval(w, itemRef(campaign, one));
    expect((await w.actions.desk('ada')).recent).toHaveLength(1);
    await bringBack(w, itemRef(campaign, one), removalId, 'ada');
    await w.until(plusMs(MONDAY, 3 * HOUR_MS));
    expect(newsTo(w, 'ada')).toEqual([]);
  });

  test('and brought back by somebody else is told to its owner', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one], definition: ARMED });
    const campaign = await w.open();
    await answer(w, itemRef(campaign, one), 'ada', { verdict: 'revoke', reason: 'gone' });
    await w.until(plusMs(MONDAY, 2 * HOUR_MS));
    const { removalId } = await storedRemoval(w, itemRef(campaign, one));
    await bringBack(w, itemRef(campaign, one), removalId, 'sam');
    await w.until(plusMs(MONDAY, 4 * HOUR_MS));
    const told = newsTo(w, 'ada').map(({ body }) => ('text' in body ? `${body.purpose}: ${body.text}` : ''));
    expect(told).toEqual([
      'switched-off: was switched off',
      'restored: Sam brought it back. Its review is open again.',
    ]);
  });

  test('by its owner is confirmed to the backup too', async () => {
    const owned = ownedIdentity('one', '', {
      ownerHints: [{ role: 'team', value: 'billing', source: 'tag', detail: 'tag team' }],
    });
    const w = await world({ identities: [owned], definition: ARMED });
    const campaign = await w.open();
    await answer(w, itemRef(campaign, owned), 'ada', { verdict: 'revoke', reason: 'gone' });
    await w.until(plusMs(MONDAY, 2 * HOUR_MS));

    for (const who of ['ada', 'ben'])
      expect(
        newsTo(w, who).map(({ body }) => body.purpose),
        who,
      ).toEqual(['switched-off']);
  });

  test.each([
    { unreachable: ['ada'], told: 'ben' },
    { unreachable: ['ada', 'ben'], told: 'cleo' },
    { unreachable: ['ada', 'ben', 'cleo'], told: 'max' },
    { unreachable: ['ada', 'ben', 'cleo', 'max'], told: 'fay' },
  ])('is told to $told when nobody of $unreachable can be reached', async ({ unreachable, told }) => {
    const crew = Team.parse({
      teamId: 'crew',
      name: 'Crew',
      accountableId: 'ada',
      backupId: 'ben',
      memberIds: ['ada', 'ben', 'cleo'],
    });
    const owned = ownedIdentity('one', '', {
      ownerHints: [{ role: 'team', value: 'crew', source: 'tag', detail: 'tag team' }],
    });
    const w = await world({ identities: [owned], definition: ARMED, teams: [...TEAMS, crew] });
    const campaign = await w.open();
    await w.until(campaign.graceEndsAt, 3 * HOUR_MS);
    for (const who of unreachable) w.unreachable.add(who);
    await w.until(plusDays(campaign.graceEndsAt, 1));

    expect(w.target.disables).toHaveLength(1);
    const heard = w.sent.filter(({ body }) => body.purpose === 'switched-off').map(({ to }) => to.personId);
    expect(heard).toEqual([told]);
  });
});

describe('what waits for somebody’s word', () => {
  test('comes in one message, in their working hours, and can be answered before it comes', async () => {
    const people = PEOPLE.map((one) =>
      one.personId === 'rita' ? person('rita', { timeZone: 'America/Los_Angeles' }) : one,
    );
    const identities = many(30, 'ada');
    const w = await world({ identities, people, definition: SECOND_WORD });
    const campaign = await w.open();
    await w.until(plusMs(MONDAY, 2 * HOUR_MS));
    for (const one of identities)
      await answer(w, itemRef(campaign, one), 'ada', { verdict: 'certify', reason: 'in use' });
    const waiting = (await w.actions.desk('rita')).approvals;
    expect(waiting).toHaveLength(30);
    await agree(w, waiting[0]);
    await w.until(plusDays(MONDAY, 2));

    for (const who of ['rita', 'cleo']) {
      const messages = newsTo(w, who);
      expect(messages, who).toHaveLength(1);
      expect(messages[0]?.body).toMatchObject({ purpose: 'approval-list' });
    }
    const [ritas] = newsTo(w, 'rita');
    if (ritas?.body.purpose !== 'approval-list') throw new Error('no list');
    expect(ritas.body.approvals).toHaveLength(29);
    expect(ritas.body.approvals[0]?.askedBy).toBe('Ada');
    const { weekday, minuteOfDay } = localTime(ritas.now, 'America/Los_Angeles');
    expect(weekday <= 5 && minuteOfDay >= 540 && minuteOfDay < 1020).toBe(true);
    expect((await w.actions.desk('rita')).approvals).toHaveLength(29);
  });

  test('of the manager, 150 held over a cap, comes in one message', async () => {
    const caps = [{ per: 'campaign' as const, count: 50 }];
    const w = await world({
      identities: many(200, 'ada'),
      definition: { enforcement: { defaultMode: 'armed', caps } },
    });
    const campaign = await w.open();
    await w.until(campaign.graceEndsAt, 6 * HOUR_MS);
    await w.until(plusDays(campaign.graceEndsAt, 3), 2 * HOUR_MS);

    const lists = newsTo(w, 'max').filter(({ body }) => body.purpose === 'approval-list');
    expect(lists).toHaveLength(1);
    const [list] = lists;
    if (list?.body.purpose === 'approval-list') expect(list.body.approvals.length + list.body.more).toBe(150);
    expect((await w.actions.desk('max')).approvals).toHaveLength(150);
  }, 60_000);

  const agree = (w: World, approval: PendingApproval | undefined) =>
    w.actions.approve({
      kind: approval?.kind ?? 'second-decision',
      campaignId: approval?.campaignId ?? '',
      identityKey: approval?.identityKey ?? '',
      id: approval?.id ?? '',
      agree: true,
      reason: 'seen',
      who: w.who('rita'),
      actId: 'agree-first',
    });
});

describe('gathered news', () => {
  test('is told once and in full, whatever calls the power goes at', async () => {
    const identities = many(4, 'ada');
    const story = async (cuts: readonly number[], when: 'before' | 'after') => {
      const w = await world({ identities, definition: ARMED });
      const campaign = await w.open();
      for (const one of identities)
        await answer(w, itemRef(campaign, one), 'ada', { verdict: 'revoke', reason: 'gone' });
      w.setClock(plusMs(MONDAY, HOUR_MS));
      const power = wire(w);
      const left = [...cuts];
      power.cutAt(left.shift(), when);
      for (let round = 0; round < 12 + cuts.length; round += 1) {
        await w.settle().catch((error: unknown) => {
          if (!power.restore()) throw error;
          power.cutAt(left.shift(), when);
        });
        w.setClock(plusMs(w.clock.now(), 13 * MINUTE_MS));
      }
      return newsTo(w, 'ada').flatMap(({ noticeId, body }) => {
        const removals = body.purpose === 'removal-list' ? body.news.map(({ removal }) => removal) : [];
        const alone = body.purpose === 'switched-off' ? [body.removal] : [];
        return [...removals, ...alone].map(({ name }) => `${noticeId} ${name}`);
      });
    };
    const cut = fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(cut, fc.constantFrom('before' as const, 'after' as const), async (cuts, when) => {
        // The same notice may arrive twice after a cut; two notices never tell the same.
        const told = [...new Set(await story(cuts, when))].map((line) => line.split(' ')[1] ?? '');
        expect(told.toSorted()).toEqual(identities.map(({ name }) => name).toSorted());
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
