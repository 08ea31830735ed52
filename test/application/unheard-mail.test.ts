import { expect, test } from 'vitest';
import { deskNotes, isMailDead } from '../../lib/application/desk-notes.ts';
import type { Readiness } from '../../lib/application/ports/pace.ts';
import type { Person } from '../../lib/domain/review/person.ts';
import { DAY_MS, HOUR_MS, type Instant, plusDays, plusMs } from '../../lib/domain/time.ts';
import { ownedIdentity } from '../support/reviews.ts';
import { MONDAY, PEOPLE, person, world } from '../support/world.ts';

/** Ada has no Slack: mail is all that reaches her. What is mailed is taken, and that is all that is told. */
async function mailedAndNeverHeardOf() {
  const { slack: _none, ...ada } = person('ada');
  const people = PEOPLE.map((one) => (one.personId === 'ada' ? ada : one));
  const w = await world({ identities: [ownedIdentity('one', 'ada')], people });
  w.faults.laterNews.add('email');
  const notes = deskNotes(w.environment.store);
  Object.assign(w.messengers.email, {
    ready: async (to: Person, now: Instant): Promise<Readiness> =>
      isMailDead(await notes.read(to.personId), to, now)
        ? { undeliverable: 'left alone' }
        : { lane: 'email' },
  });
  const campaign = await w.open();
  await w.until(plusMs(MONDAY, 3 * HOUR_MS));
  expect(w.sent.map(({ to, channel }) => `${channel}/${to.personId}`)).toEqual(['email/ada']);
  const docket = () =>
    w.environment.store.get('docket', { campaignId: campaign.campaignId, reviewerId: 'ada' });
  return { w, docket };
}

test('a mail that was never heard of again for a day is not relied on: somebody else hears at once', async () => {
  const { w, docket } = await mailedAndNeverHeardOf();
  await w.until(plusMs(MONDAY, DAY_MS));
  expect(new Set(w.sent.map(({ to }) => to.personId))).toEqual(new Set(['ada']));

  await w.until(plusDays(MONDAY, 2));
  expect((await docket())?.tellings[0]).toMatchObject({ channel: 'email', outcome: 'undeliverable' });
  expect(w.sent.filter(({ to }) => to.personId === 'ada')).toHaveLength(1);
  expect(w.sent.some(({ to, body }) => to.personId === 'max' && body.purpose === 'escalation')).toBe(true);
});

test('a delivery that is told late still counts', async () => {
  const { w, docket } = await mailedAndNeverHeardOf();
  await w.until(plusDays(MONDAY, 2));
  const [telling] = (await docket())?.tellings ?? [];
  const notice = { noticeId: telling?.noticeId ?? '', personId: 'ada' };
  const delivered = {
    kind: 'delivered',
    messageId: 'email:1',
    notice,
    recipients: [],
    at: undefined,
    detail: '',
  } as const;
  expect(await w.recordMailEvent(delivered)).toBe('recorded');
  expect((await docket())?.tellings.find(({ noticeId }) => noticeId === notice.noticeId)).toMatchObject({
    outcome: 'delivered',
  });
  // The address is written to again.
  expect((await w.environment.store.get('desk', { personId: 'ada' }))?.mailDead).toBeUndefined();
});

test('a mail whose delivery is told in time is relied on', async () => {
  const { w, docket } = await mailedAndNeverHeardOf();
  const [telling] = (await docket())?.tellings ?? [];
  const notice = { noticeId: telling?.noticeId ?? '', personId: 'ada' };
  const delivered = {
    kind: 'delivered',
    messageId: 'email:1',
    notice,
    recipients: [],
    at: undefined,
    detail: '',
  } as const;
  await w.recordMailEvent(delivered);
  await w.until(plusDays(MONDAY, 4));
  expect(w.sent).toHaveLength(1);
});
