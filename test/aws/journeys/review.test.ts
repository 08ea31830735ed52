// A review from the account's inventory to signed, sealed decisions, through the deployed functions, queues and doors.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CampaignId } from '../../../lib/domain/campaign/campaign.ts';
import type { DefinitionInput } from '../../../lib/domain/campaign/definition.ts';
import { IdentityId, identityKeyOf } from '../../../lib/domain/identity/identity-id.ts';
import { signRequest } from '../../../lib/local/slack/signing.ts';
import { ACTION } from '../../../lib/presentation/slack/references.ts';
import { sendCommand } from '../../support/aws/command-door.ts';
import { type InstallationUnderTest, openInstallation, waitFor } from '../../support/aws/installation.ts';
import { itemButton } from '../../support/aws/slack-desk.ts';
import { publish, topicNamed } from '../../support/aws/topics.ts';

const CAMPAIGN = CampaignId.parse('journey-review-1');
const DEFINITION: DefinitionInput = {
  apiVersion: 'countersign.dev/v1',
  definitionId: 'journey-review',
  version: 1,
  title: 'Review of the payments and data accounts',
  scope: {
    where: 'identity.name.startsWith("svc-payments-review") || identity.name.startsWith("svc-data-review")',
  },
  reviewers: { fallback: 'platform', manager: 'mira', approvers: 'platform', riskAcceptors: 'platform' },
};

const item = (name: string) => ({
  campaignId: CAMPAIGN,
  identityKey: identityKeyOf(IdentityId.parse(`aws-iam/000000000000/service-account/user/${name}`)),
});
const SETTLE = item('svc-payments-review-settle');

let on: InstallationUnderTest;
beforeAll(async () => {
  on = await openInstallation();
});
afterAll(() => on.close());

describe('the command’s door', () => {
  it('lets nobody in without a signature, or with a wrong one', async () => {
    const time = { do: 'time' } as const;
    const nils = on.deployed.keys['nils']!;

    const unsigned = await sendCommand(on, time);
    const forged = await sendCommand(on, time, { ...nils, secretAccessKey: `${nils.secretAccessKey}x` });
    const signed = await sendCommand(on, time, nils);

    expect([unsigned.status, forged.status, signed.status]).toEqual([403, 403, 200]);
  });

  it('lets nobody do what their role does not', async () => {
    const { status, text } = await sendCommand(
      on,
      { do: 'start-collect', connectors: [] },
      on.deployed.keys['nils'],
    );

    expect(status).toBe(403);
    expect(JSON.parse(text)).toMatchObject({ error: { family: 'refused', code: 'NOT_ELIGIBLE' } });
  });
});

describe('a campaign', () => {
  it('is opened by the state machine over what the account holds, once two people put its definition into force', async () => {
    for (const name of ['settle', 'refund']) await on.iam.addUser({ name: `svc-payments-review-${name}` });
    await on.iam.addUser({ name: 'svc-data-review-load' });
    await on.collect();
    await on.applyDefinition(DEFINITION);

    await on.launch('journey-review', CAMPAIGN);

    const campaign = await on.store.get('campaign', { campaignId: CAMPAIGN });
    expect(campaign?.counts).toMatchObject({ included: 3, dockets: 2 });
    const { entries } = await on.store.docketsIn(CAMPAIGN);
    expect(entries.map(({ reviewerId }) => reviewerId).toSorted()).toEqual(['ewa', 'nils']);
    expect(await on.store.countOpenItems(CAMPAIGN, 'nils')).toBe(2);
  });

  it('asks its reviewers by itself: the minute’s schedule finds what is due, a queue brings it to the sender', async () => {
    await waitFor('Nils is asked in Slack', async () => on.slack.as('U0NILS').inbox().length > 0, 100_000);
    await waitFor('Ewa is asked by mail', async () => (await on.mails('ewa@countersign.example')).length > 0);

    expect(itemButton(on.slack, 'U0NILS', { ...SETTLE, actionId: ACTION.keep })).toBeDefined();
  });
});

describe('a mail', () => {
  it('has a link to a page that shows what is asked', async () => {
    const [mail] = await on.mails('ewa@countersign.example');
    const link = /https:\/\/\S+\/review\/[\w.~-]+/.exec(mail?.BodyText ?? '')?.[0] ?? 'no link';

    const page = await fetch(`${on.door.url}${new URL(link).pathname}`);

    expect(page.status).toBe(200);
    expect(await page.text()).toContain('svc-data-review-load');
  });

  it('counts as told once SES reports its delivery', async () => {
    const [mail] = await on.mails('ewa@countersign.example');
    const messageId = mail?.MessageId.replace(/@.*$/, '') ?? '';
    const known = await on.store.noticeByProviderId('email', mail?.MessageId ?? '');
    const providerId = known ? (mail?.MessageId ?? '') : messageId;
    expect((await on.store.noticeByProviderId('email', providerId))?.state).toBe('accepted');

    // The emulator sends mail but never tells what became of it: the event is as SES publishes it, to the topic it would
    // publish it to.
    await publish(on, await topicNamed(on, 'MailDoor'), {
      eventType: 'Delivery',
      mail: { messageId: providerId, timestamp: new Date().toISOString(), destination: mail?.To ?? [] },
      delivery: {
        timestamp: new Date().toISOString(),
        recipients: mail?.To ?? [],
        smtpResponse: '250 2.6.0 Message received',
      },
    });

    await waitFor('the delivery is recorded', async () => {
      return (await on.store.noticeByProviderId('email', providerId))?.state === 'delivered';
    });
    const docket = await on.store.get('docket', { campaignId: CAMPAIGN, reviewerId: 'ewa' });
    expect(docket?.tellings).toMatchObject([{ channel: 'email', outcome: 'delivered' }]);
  });
});

describe('an answer in Slack', () => {
  it('that nobody at Slack signed is refused, and so is an old one', async () => {
    const body = new URLSearchParams({ payload: JSON.stringify({ type: 'block_actions' }) }).toString();
    const now = Math.floor(Date.now() / 1000);
    const send = async (timestamp: number, signature: string): Promise<number> => {
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': signature,
      };
      return (await fetch(`${on.door.url}/slack/events`, { method: 'POST', headers, body })).status;
    };

    expect(await send(now, signRequest('another-secret', now, body))).toBe(401);
    expect(await send(now, '')).toBe(401);
    const { signingSecret } = on;
    expect(await send(now - 3600, signRequest(signingSecret, now - 3600, body))).toBe(401);
  });

  it('is accepted at once, carried out from the queue, and becomes a signed decision', async () => {
    const button = itemButton(on.slack, 'U0NILS', { ...SETTLE, actionId: ACTION.keep })!;

    const pressed = await on.slack.as('U0NILS').click(button.target);

    expect(pressed.acknowledgement).toMatchObject({ ok: true, status: 200 });
    await waitFor(
      'the item is answered',
      async () => (await on.store.get('item', SETTLE))?.state === 'answered',
    );
    const answered = await on.store.get('item', SETTLE);
    expect(answered?.decision).toMatchObject({ verdict: 'certify', by: 'nils' });
    expect(await on.store.get('item', item('svc-payments-review-refund'))).toMatchObject({ state: 'open' });
  });

  it('is sealed into the log right away: the table’s stream wakes the function that seals', async () => {
    const { decision } = (await on.store.get('item', SETTLE)) ?? {};
    const attestationId = decision?.attestationId ?? '';

    await waitFor('the decision is in the log', async () => {
      return (await on.ledger.get('sealed', { attestationId })) !== undefined;
    });
  });

  it('by somebody it was not put to changes nothing', async () => {
    const { target } = itemButton(on.slack, 'U0NILS', {
      ...item('svc-payments-review-refund'),
      actionId: ACTION.keep,
    })!;
    const before = await on.store.get('item', item('svc-payments-review-refund'));
    const payload = {
      type: 'block_actions',
      team: { id: 'T0EMULATOR', domain: 'emulator' },
      user: { id: 'U0KIT', username: 'kit', team_id: 'T0EMULATOR' },
      api_app_id: 'A0COUNTERSIGN',
      token: 'unused',
      trigger_id: '1.2.3',
      container: { type: 'message', message_ts: target.ts, channel_id: target.channel },
      channel: { id: target.channel, name: 'directmessage' },
      message: { ts: target.ts, type: 'message', text: '' },
      actions: [
        {
          type: 'button',
          action_id: ACTION.keep,
          block_id: target.blockId,
          action_ts: '1.1',
          value: JSON.stringify(item('svc-payments-review-refund')),
        },
      ],
    };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const now = Math.floor(Date.now() / 1000);

    const answer = await fetch(`${on.door.url}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(now),
        'x-slack-signature': signRequest(on.signingSecret, now, body),
      },
      body,
    });

    expect(answer.status).toBe(200);
    await waitFor('the queue is empty', async () => (await on.waitingIn('answers')) === 0);
    expect(await on.store.get('item', item('svc-payments-review-refund'))).toEqual(before);
  });
});
