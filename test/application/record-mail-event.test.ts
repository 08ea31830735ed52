import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressDigestOf } from '../../lib/application/desk-notes.ts';
import type { Messenger } from '../../lib/application/ports/messenger.ts';
import { type MailEvent, recordMailEvent } from '../../lib/application/record-mail-event.ts';
import { sendNotice } from '../../lib/application/send-notice.ts';
import { sampleIdentity } from '../support/sample-identity.ts';
import { PEOPLE, world } from '../support/world.ts';

const ADA = PEOPLE[0]!;

/** A mail to Ada about her docket, accepted by the provider as `mail-1`. */
async function mailed(sending?: (deliver: () => Promise<void>) => Promise<void>) {
  const w = await world({
    identities: [
      sampleIdentity({
        ownerHints: [{ role: 'technical', value: 'ada@acme.example', source: 'tag', detail: 'tag owner' }],
      }),
    ],
  });
  const campaign = await w.open();
  const record = recordMailEvent(w.environment);
  let tags: MailEvent['notice'];
  const event = (kind: MailEvent['kind'], messageId = 'mail-1'): MailEvent => ({
    kind,
    messageId,
    notice: tags,
    recipients: [ADA.email],
    at: w.clock.now(),
    detail: '250 ok',
  });
  const messenger = (channel: 'slack' | 'email'): Messenger => ({
    channel,
    async send({ noticeId, to }) {
      tags = { noticeId, personId: to.personId };
      await sending?.(async () => void (await record(event('delivered'))));
      return { outcome: 'accepted', providerId: 'mail-1', delivered: false };
    },
    revise: async () => undefined,
  });
  const rungs = [{ campaignId: campaign.campaignId, reviewerId: 'ada', rungId: 'open' }];
  await sendNotice(w.environment, { slack: messenger('slack'), email: messenger('email') })({
    to: ADA,
    channel: 'email',
    purpose: 'digest',
    occasion: '2026-09-07',
    rungs,
    shown: [],
    body: async () => ({ purpose: 'digest', dockets: [], rung: 'open', link: undefined }),
  });
  const notice = async () => w.environment.store.get('notice', tags ?? { noticeId: '', personId: '' });
  const docket = async () =>
    w.environment.store.get('docket', { campaignId: campaign.campaignId, reviewerId: 'ada' });
  return { w, record, event, notice, docket };
}

describe('news about a mail', () => {
  test('a delivery makes the notice delivered, and the docket told', async () => {
    const { record, event, notice, docket, w } = await mailed();
    expect((await notice())?.state).toBe('accepted');
    expect((await docket())?.firstToldAt).toBeUndefined();

    expect(await record(event('delivered'))).toBe('recorded');
    expect(await notice()).toMatchObject({
      state: 'delivered',
      deliveredAt: w.clock.now(),
      providerId: 'mail-1',
    });
    expect((await docket())?.firstToldAt).toBe(w.clock.now());
    expect((await docket())?.tellings).toMatchObject([{ outcome: 'delivered', channel: 'email' }]);
  });

  test('a bounce makes it undeliverable, with what the other side said', async () => {
    const { record, event, notice, docket } = await mailed();
    expect(await record(event('bounced'))).toBe('recorded');
    expect(await notice()).toMatchObject({ state: 'undeliverable', failure: 'bounced: 250 ok' });
    expect((await docket())?.firstToldAt).toBeUndefined();
  });

  test.each(['out-of-office', 'complained', 'ignored'] as const)('%s proves nothing', async (kind) => {
    const { record, event, notice } = await mailed();
    expect(await record(event(kind))).toBe('unchanged');
    expect((await notice())?.state).toBe('accepted');
  });

  test('about a mail of somebody else is not ours', async () => {
    const { record, event } = await mailed();
    expect(await record({ ...event('delivered', 'mail-2'), notice: undefined })).toBe('not-ours');
    expect(
      await record({ ...event('delivered', 'mail-2'), notice: { noticeId: 'n', personId: 'ada' } }),
    ).toBe('not-ours');
  });

  test('that overtakes the sender’s own bookkeeping still counts', async () => {
    const { notice, docket } = await mailed((deliver) => deliver());
    expect(await notice()).toMatchObject({ state: 'delivered', providerId: 'mail-1' });
    expect((await docket())?.firstToldAt).toBeDefined();
  });

  test('in any order and number ends the same: delivered once delivered', async () => {
    const kinds = fc.array(
      fc.constantFrom('delivered', 'bounced', 'complained', 'out-of-office', 'rejected', 'ignored' as const),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(kinds, async (order) => {
        const { record, event, notice } = await mailed();
        for (const kind of order) await record(event(kind));
        const failed = order.includes('bounced') || order.includes('rejected');
        const expected = order.includes('delivered') ? 'delivered' : failed ? 'undeliverable' : 'accepted';
        expect((await notice())?.state).toBe(expected);
      }),
      { numRuns: 25 },
    );
  });

  test('all at once leaves one consistent record', async () => {
    const { record, event, notice, docket } = await mailed();
    const outcomes = await Promise.all(
      ['delivered', 'bounced', 'delivered', 'bounced', 'delivered'].map((kind) =>
        record(event(kind as MailEvent['kind'])),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'recorded').length).toBeGreaterThan(0);
    expect((await notice())?.state).toBe('delivered');
    expect((await docket())?.tellings).toHaveLength(1);
  });
});

describe('an address whose mail comes back', () => {
  test('for good is remembered, and only then', async () => {
    const { record, event, w } = await mailed();
    const desk = () => w.environment.store.get('desk', { personId: 'ada' });
    await record(event('delayed'));
    expect((await desk())?.mailDead).toBeUndefined();
    await record(event('bounced'));
    expect((await desk())?.mailDead).toBeUndefined();

    const other = await mailed();
    await other.record({ ...other.event('bounced'), permanent: true, recipients: ['Ada@acme.example'] });
    expect((await other.w.environment.store.get('desk', { personId: 'ada' }))?.mailDead).toEqual({
      addressDigest: addressDigestOf(ADA.email),
      since: other.w.clock.now(),
    });
  });

  test('is not given up while the provider goes on trying', async () => {
    const { record, event, notice } = await mailed();
    expect(await record(event('delayed'))).toBe('unchanged');
    expect((await notice())?.state).toBe('accepted');
  });
});
