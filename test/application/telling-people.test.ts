import { describe, expect, test } from 'vitest';
import { type Audience, DEFAULT_LADDER } from '../../lib/domain/campaign/definition.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { Team } from '../../lib/domain/review/person.ts';
import { HOUR_MS, instantOf, plusDays, plusMs } from '../../lib/domain/time.ts';
import { answer, bringBack, itemRef, ownedIdentity, storedItem, storedRemoval } from '../support/reviews.ts';
import { DEFINITION, MONDAY, PEOPLE, person, TEAMS, type World, world } from '../support/world.ts';

/** Every keep takes a second person. */
const SECOND_WORD = {
  reviewers: { ...DEFINITION.reviewers, secondApproverTiers: ['critical', 'high', 'medium', 'low'] as never },
};

/** An identity whose tag names a team. */
const teamOwned = (name: string, value: string) =>
  ownedIdentity(name, '', { ownerHints: [{ role: 'team', value, source: 'tag', detail: 'tag team' }] });

const lost = () =>
  new UpstreamError({ code: 'TIMEOUT', provider: 'slack', retryable: true, message: 'the answer was lost' });

const noticesOf = async (w: World, personId: string) =>
  (await w.environment.store.noticesOf(personId)).entries;

const docketOf = (w: World, campaignId: string, reviewerId: string) =>
  w.environment.store.get('docket', { campaignId, reviewerId } as never);

/** Purposes sent to a person by channel, in order. */
const sentTo = (w: World, personId: string) =>
  w.sent
    .filter(({ to }) => to.personId === personId)
    .map(({ channel, body }) => `${channel}/${body.purpose}`);

describe('a message whose fate is unknown', () => {
  test('is sent again once, late, and recorded as a possible duplicate', async () => {
    const w = await world({ identities: [ownedIdentity('one', 'ada')], lenient: true });
    let broken = true;
    w.faults.failSend = ({ channel }) => {
      if (channel !== 'slack' || !broken) return undefined;
      broken = false;
      return lost();
    };
    const campaign = await w.open();
    await w.until(plusDays(MONDAY, 1), HOUR_MS / 6);

    expect(sentTo(w, 'ada').toSorted()).toEqual(['email/digest', 'slack/digest']);
    const notices = await noticesOf(w, 'ada');
    expect(notices.find(({ channel }) => channel === 'slack')).toMatchObject({
      state: 'delivered',
      maybeDuplicate: true,
    });
    const docket = await docketOf(w, campaign.campaignId, 'ada');
    expect(docket?.servedRungs).toContain('open');
    expect(docket?.tellings).toHaveLength(2);
  });

  test('that asks for a second word keeps nobody from answering, and reaches its person later', async () => {
    const critical = ownedIdentity('payroll', 'ada');
    const w = await world({ identities: [critical], definition: SECOND_WORD, lenient: true });
    const campaign = await w.open();
    const ref = itemRef(campaign, critical);
    let broken = true;
    w.faults.failSend = ({ body }) => {
      if (body.purpose !== 'second-approval' || !broken) return undefined;
      return lost();
    };
    const act = () =>
      w.actions.decide({
        item: ref,
        request: { verdict: 'certify', reason: 'runs payroll' },
        who: w.who('ada'),
        actId: 'keep',
      });
    await act();
    await act();
    await w.until(plusMs(MONDAY, 3 * HOUR_MS), HOUR_MS / 6);
    expect(sentTo(w, 'rita')).toEqual([]);
    expect(w.failures.length).toBeGreaterThan(0);
    broken = false;
    await w.until(plusMs(MONDAY, 5 * HOUR_MS), HOUR_MS / 6);

    for (const who of ['rita', 'cleo']) expect(sentTo(w, who), who).toEqual(['slack/second-approval']);
    expect((await storedItem(w, ref)).answers).toBe(1);
  });
});

describe('while Slack is down', () => {
  const slackFails = (code: 'DENIED' | 'UNAVAILABLE') => (message: { readonly channel: string }) =>
    message.channel === 'slack'
      ? new UpstreamError({ code, provider: 'slack', retryable: code === 'UNAVAILABLE', message: 'no Slack' })
      : undefined;

  test.each(['DENIED', 'UNAVAILABLE'] as const)(
    'every rung comes by mail, once, and Slack is used again when it is back (%s)',
    async (code) => {
      const w = await world({ identities: [ownedIdentity('one', 'ada')] });
      w.faults.failSend = slackFails(code);
      const campaign = await w.open();
      await w.until(plusDays(MONDAY, 20), HOUR_MS / 2);

      const mails = w.sent.map(({ channel, to, body }) =>
        'rung' in body ? `${channel}/${to.personId}/${body.rung}` : channel,
      );
      expect(mails).toEqual(['email/ada/open', 'email/ada/week-before', 'email/ada/two-days-before']);
      const docket = await docketOf(w, campaign.campaignId, 'ada');
      expect(docket?.servedRungs).toEqual(['open', 'week-before', 'two-days-before']);

      w.faults.failSend = undefined;
      await w.until(plusDays(MONDAY, 22));
      expect(sentTo(w, 'ada').at(-1)).toBe('slack/digest');
    },
  );

  test('what a person is told goes by mail, and is not said in Slack again when the act is repeated', async () => {
    const w = await world({ identities: [ownedIdentity('one', 'ada')] });
    w.faults.failSend = slackFails('UNAVAILABLE');
    const tell = () =>
      w.tell({
        to: person('ada'),
        purpose: 'drift',
        occasion: 'one',
        shown: [],
        body: async () => ({ purpose: 'one-time-code', code: '123456', minutes: 10 }),
      });
    expect(await tell()).toBe('email');
    w.faults.failSend = undefined;
    w.advanceWallClock(HOUR_MS);
    expect(await tell()).toBe('email');
    expect(w.sent.map(({ channel }) => channel)).toEqual(['email']);
  });

  test('or asks to wait, the chase waits that long, and nothing fails', async () => {
    const w = await world({ identities: [ownedIdentity('one', 'ada')] });
    let asked = 0;
    w.faults.failSend = ({ channel }) => {
      if (channel !== 'slack' || asked > 0) return undefined;
      asked += 1;
      const known = { code: 'THROTTLED', provider: 'slack', retryable: true, message: 'wait' } as const;
      return new UpstreamError({ ...known, retryAfterMs: 30 * 60_000 });
    };
    await w.open();
    await w.until(plusMs(MONDAY, 3 * HOUR_MS), HOUR_MS / 6);

    expect(w.sent.map(({ channel }) => channel).toSorted()).toEqual(['email', 'slack']);
    const [notice] = (await noticesOf(w, 'ada')).filter(({ channel }) => channel === 'slack');
    expect(notice).toMatchObject({ state: 'delivered', maybeDuplicate: false });
    const waitedMs = Date.parse(notice?.deliveredAt ?? '') - Date.parse(notice?.claimedAt ?? '');
    expect(waitedMs).toBe(30 * 60_000);
  });

  test('the one-time code goes by mail, and the page says so', async () => {
    const w = await world({ identities: [ownedIdentity('one', 'ada')] });
    const token = (await w.links.linkMail('ada')).split('/').at(-1) ?? '';
    expect(await w.links.askForCode(token, 'browser')).toMatchObject({ sentTo: 'Slack' });
    for (const code of ['UNAVAILABLE', 'DENIED'] as const) {
      w.faults.failSend = slackFails(code);
      expect(await w.links.askForCode(token, 'browser')).toMatchObject({ sentTo: 'ada@acme.example' });
    }
    w.faults.failSend = ({ channel }) =>
      channel === 'slack'
        ? new UpstreamError({ code: 'THROTTLED', provider: 'slack', retryable: true, message: 'wait' })
        : undefined;
    expect(await w.links.askForCode(token, 'browser')).toMatchObject({ sentTo: 'ada@acme.example' });
  });

  test('and mail too, nobody counts as told, and the failure is seen', async () => {
    const w = await world({ identities: [ownedIdentity('one', 'ada')], lenient: true });
    w.faults.failSend = () =>
      new UpstreamError({ code: 'DENIED', provider: 'all', retryable: false, message: 'nothing works' });
    const campaign = await w.open();
    await w.until(plusMs(MONDAY, 3 * HOUR_MS));

    expect(w.failures.length).toBeGreaterThan(0);
    expect((await docketOf(w, campaign.campaignId, 'ada'))?.servedRungs).toEqual([]);
  });
});

describe('before a switch-off for silence', () => {
  test.each([0, 2, 10])(
    'the reviewer is warned the day before grace ends, with %i days of grace',
    async (graceDays) => {
      const definition = { timeline: { reviewDays: 21, graceDays, closeAfterDays: 30 } };
      const w = await world({ identities: [ownedIdentity('one', 'ada')], definition });
      const campaign = await w.open();
      await w.until(plusDays(campaign.graceEndsAt, 12), 3 * HOUR_MS);

      const warned = w.sent.filter(
        ({ to, body }) => to.personId === 'ada' && body.purpose === 'switch-off-warning',
      );
      expect(warned.map(({ channel }) => channel).toSorted()).toEqual(['email', 'slack']);
      // Grace ends on a Monday, a Wednesday and a Thursday.
      const days = (Date.parse(campaign.graceEndsAt) - Date.parse(warned[0]?.now ?? '')) / (24 * HOUR_MS);
      expect(days).toBeGreaterThan(1);
      expect(days).toBeLessThan(graceDays === 0 ? 4 : 2);
      expect(w.target.disables).toHaveLength(1);
    },
  );

  test('a definition whose ladder has no warning is refused', async () => {
    const ladder = DEFAULT_LADDER.filter(({ warning }) => !warning);
    const w = await world({ identities: [ownedIdentity('one', 'ada')], definition: { ladder } });

    await expect(w.prepare()).rejects.toThrow('ladder: noResponse is "disable"');
  });
});

describe('one digest a day', () => {
  test('does not swallow an item that came after the digest of the day', async () => {
    const [early, late] = [ownedIdentity('early', 'ben'), ownedIdentity('late', 'ada')];
    const w = await world({ identities: [early, late] });
    const campaign = await w.open();
    await w.until(plusMs(MONDAY, 3 * HOUR_MS));
    await answer(w, itemRef(campaign, late), 'ada', { verdict: 'reassign', reason: '', to: 'ben' });
    await w.until(plusMs(MONDAY, 12 * HOUR_MS));
    expect(sentTo(w, 'ben').filter((sent) => sent === 'slack/digest')).toHaveLength(1);
    await w.until(plusDays(MONDAY, 2));

    const item = await storedItem(w, itemRef(campaign, late));
    const docket = await docketOf(w, campaign.campaignId, 'ben');
    const told = docket?.tellings.filter(
      ({ at, outcome }) => outcome === 'delivered' && at >= item.reviewerSince,
    );
    expect(told?.length).toBeGreaterThan(0);
    expect(sentTo(w, 'ben').filter((sent) => sent === 'slack/digest')).toHaveLength(2);
  });

  test('does not leave the second of two unreachable owners without anybody told', async () => {
    const people = [...PEOPLE, person('joe', { managerId: 'fay' }), person('kim', { managerId: 'fay' })];
    const [one, two] = [ownedIdentity('one', 'joe'), ownedIdentity('two', 'kim')];
    const w = await world({ identities: [one, two], people });
    for (const who of ['joe', 'kim']) w.unreachable.add(who);
    const campaign = await w.open();
    await w.until(plusDays(MONDAY, 4));

    for (const reviewerId of ['joe', 'kim']) {
      const docket = await docketOf(w, campaign.campaignId, reviewerId);
      expect(docket?.firstToldAt, reviewerId).toBeDefined();
    }
    const days = w.sent
      .filter(({ body, to }) => body.purpose === 'escalation' && to.personId === 'fay')
      .map(({ channel, now }) => `${channel}/${now.slice(0, 10)}`);
    expect(days.length).toBeGreaterThan(0);
    expect(new Set(days).size).toBe(days.length);
  });
});

describe('a mail that bounces after it was accepted', () => {
  test('sends the chase on to the next person at once', async () => {
    const people = PEOPLE.map((one) => (one.personId === 'ada' ? { ...one, slack: undefined } : one));
    const w = await world({ identities: [teamOwned('one', 'billing')], people });
    w.faults.laterNews.add('email');
    const campaign = await w.open();
    await w.until(plusMs(MONDAY, 3 * HOUR_MS));
    expect(sentTo(w, 'ada')).toEqual(['email/digest']);
    const [notice] = await noticesOf(w, 'ada');
    await w.recordMailEvent({
      kind: 'bounced',
      messageId: notice?.providerId ?? '',
      recipients: [],
      at: undefined,
      detail: 'no such mailbox',
    });
    await w.until(plusMs(MONDAY, 4 * HOUR_MS));

    expect(sentTo(w, 'ben')).toEqual(['slack/escalation', 'email/escalation']);
    const docket = await docketOf(w, campaign.campaignId, 'ada');
    expect(docket?.firstToldAt).toBeDefined();
    await w.until(plusDays(MONDAY, 3));
    expect(sentTo(w, 'ada')).toEqual(['email/digest']);
  });
});

describe('who is told', () => {
  test('is the backup of the owning team, and of no other team of the reviewer', async () => {
    const football = Team.parse({
      teamId: 'football',
      name: 'Football',
      accountableId: 'rita',
      backupId: 'sam',
      memberIds: ['ada'],
    });
    const w = await world({ identities: [teamOwned('one', 'billing')], teams: [...TEAMS, football] });
    const campaign = await w.open();
    await w.until(plusDays(MONDAY, 22));

    expect(sentTo(w, 'sam')).toEqual([]);
    expect(sentTo(w, 'ben').length).toBeGreaterThan(0);
    const docket = await docketOf(w, campaign.campaignId, 'ada');
    expect(new Set(docket?.tellings.map(({ personId, as }) => `${personId} as ${as}`))).toEqual(
      new Set(['ada as reviewer', 'ben as backup']),
    );
  });

  test('security alone is not enough to switch off for silence', async () => {
    const people = PEOPLE.map((one) => (one.personId === 'sam' ? one : { ...one, slack: undefined }));
    const audience: Audience[] = ['reviewer', 'security'];
    const definition = { ladder: DEFAULT_LADDER.map((rung) => ({ ...rung, audience })) };
    const w = await world({ identities: [ownedIdentity('one', 'ada')], people, definition });
    // No mail ever arrives.
    w.faults.laterNews.add('email');
    const campaign = await w.open();
    await w.until(plusDays(campaign.graceEndsAt, 8), 3 * HOUR_MS);

    expect(sentTo(w, 'sam')).toContain('slack/escalation');
    const removal = await storedRemoval(w, itemRef(campaign, ownedIdentity('one', 'ada')));
    expect(removal.holds.map(({ code }) => code)).toContain('nobody-told');
    expect(w.target.disables).toEqual([]);
  });
});

describe('working hours', () => {
  test('are kept for what could not be said at its time', async () => {
    const w = await world({ identities: [ownedIdentity('one', 'ada')] });
    await w.collect();
    const campaign = await w.open();
    // Nothing ran for a day and a half: it is half past two at night now.
    const night = instantOf(Date.parse(MONDAY) + 42.5 * HOUR_MS);
    w.setClock(night);
    await w.settle();
    expect(w.sent).toEqual([]);
    await w.until(plusMs(night, 9 * HOUR_MS));
    expect(sentTo(w, 'ada').toSorted()).toEqual(['email/digest', 'slack/digest']);
    expect(campaign.state).toBe('open');
  });
});

describe('an item that came back', () => {
  test('shortly before grace ends is asked again, and lapses at its own time', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    const ref = itemRef(campaign, one);
    await w.until(plusDays(campaign.graceEndsAt, -1.5), 6 * HOUR_MS);
    await answer(w, ref, 'ada', { verdict: 'revoke', reason: 'gone' });
    await w.until(plusDays(campaign.graceEndsAt, -0.5));
    const removal = await storedRemoval(w, ref);
    expect(removal.state).toBe('quarantined');
    await bringBack(w, ref, removal.removalId, 'ada');
    const reopened = await storedItem(w, ref);
    expect(reopened).toMatchObject({ state: 'open' });
    expect((reopened.dueAt ?? '') > campaign.graceEndsAt).toBe(true);
    await w.until(plusDays(campaign.graceEndsAt, 1));
    expect((await storedItem(w, ref)).state).toBe('open');
    await w.until(plusDays(campaign.graceEndsAt, 8), 3 * HOUR_MS);

    expect((await storedItem(w, ref)).noResponseId).toBeDefined();
    expect(w.target.disables).toHaveLength(2);
  });

  test('handed on in the last hour of grace is asked of its new reviewer before silence counts', async () => {
    const one = ownedIdentity('one', 'ada');
    const w = await world({ identities: [one] });
    const campaign = await w.open();
    const ref = itemRef(campaign, one);
    await w.until(plusMs(campaign.graceEndsAt, -HOUR_MS / 2), 6 * HOUR_MS);
    await answer(w, ref, 'ada', { verdict: 'reassign', reason: 'theirs', to: 'cleo' });
    const handedOn = w.clock.now();
    await w.until(plusDays(campaign.graceEndsAt, 1));
    expect((await storedItem(w, ref)).state).toBe('open');
    await w.until(plusDays(campaign.graceEndsAt, 14), 6 * HOUR_MS);

    const told = w.sent.filter(({ to, now }) => to.personId === 'cleo' && now >= handedOn);
    expect(told.length).toBeGreaterThan(0);
    const removal = await storedRemoval(w, ref);
    expect(removal.executedAt).toBeDefined();
    expect(Date.parse(removal.executedAt ?? '') - Date.parse(told[0]?.now ?? '')).toBeGreaterThanOrEqual(
      3 * 24 * HOUR_MS,
    );
  });

  test('after a disagreement in the last phase is due in two business days, not at once', async () => {
    const risky = ownedIdentity('risky', 'ada');
    const w = await world({ identities: [risky], definition: SECOND_WORD });
    const campaign = await w.open();
    const ref = itemRef(campaign, risky);
    await w.until(plusDays(campaign.graceEndsAt, 1), 6 * HOUR_MS);
    // Held by nobody: the first silence has lapsed, its removal ran, and it is brought back.
    const removal = await storedRemoval(w, ref);
    await bringBack(w, ref, removal.removalId, 'ada');
    await answer(w, ref, 'ada', { verdict: 'certify', reason: 'runs payroll' });
    const { decision } = await storedItem(w, ref);
    await w.actions.approve({
      kind: 'second-decision',
      ...ref,
      id: decision?.attestationId ?? '',
      agree: false,
      reason: 'who says so?',
      who: w.who('rita'),
      actId: 'no',
    });
    await w.settle();
    const item = await storedItem(w, ref);
    expect(item.state).toBe('open');
    expect((item.dueAt ?? '') > plusDays(w.clock.now(), 1)).toBe(true);
  });
});
