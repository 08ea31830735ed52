import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlackChannels } from '../../../lib/adapters/slack/channels.ts';
import type { PostBody } from '../../../lib/application/ports/channels.ts';
import { deskDouble } from '../../support/slack/desk-double.ts';
import { now, sampleItem, samplePerson } from '../../support/slack/samples.ts';
import { type SlackScene, startSlackScene } from '../../support/slack/slack-edge.ts';

const HOSTILE = '<!channel> <@U0ADA> *x* `y` <https://evil.example|click>';
const orphan = sampleItem({ tier: 'low', name: 'nightly-<!here>-export' });
const claims: PostBody = { purpose: 'claim-wanted', items: [orphan], text: 'Nobody is known to own these.' };
const missing: PostBody = {
  purpose: 'answers-missing',
  warning: true,
  line: {
    campaignId: 'quarterly-20260901',
    title: HOSTILE,
    state: 'open',
    dueAt: now,
    items: 12,
    open: 5,
    late: 5,
    held: 1,
    findings: 0,
    waitingFor: [{ name: HOSTILE, open: 4 }],
  },
};

let scene: SlackScene;
const desk = deskDouble(samplePerson(), [orphan]);
beforeEach(async () => {
  scene = await startSlackScene(desk);
});
afterEach(() => scene.close());

const posting = (channel = 'C0SHARED') => {
  const channels = createSlackChannels({
    client: scene.client,
    channels: { claim: channel, security: channel },
  });
  return (body: PostBody) =>
    channels.post(body === missing ? 'security' : 'claim', { postId: 'post/claim/c/orphans', body, now });
};

/** Slack says of every channel what this says besides. */
function saying(more: Readonly<Record<string, unknown>>): void {
  const { info } = scene.client.conversations;
  Object.assign(scene.client.conversations, {
    info: async (...given: Parameters<typeof info>) => {
      const answer = await info(...given);
      return { ...answer, channel: { ...answer.channel, ...more } };
    },
  });
}

describe('a post to a channel', () => {
  it('of unowned identities has a button each; who presses it is taken for who they are', async () => {
    const posted = await posting()(claims);
    const [message] = scene.slack.messages({ channel: 'C0SHARED' });
    expect(posted).toEqual({ providerId: `C0SHARED:${message?.ts}` });
    const target = { channel: 'C0SHARED', ts: message?.ts ?? '', actionId: 'claim' };

    for (const stranger of ['U0GIL', 'U0SAM', 'U0ZOE', 'U0LEA']) await scene.slack.as(stranger).click(target);
    await scene.drain();
    expect(desk.acted).toEqual([]);
    expect(scene.logged.filter(({ message: said }) => said === 'interaction refused')).toHaveLength(4);

    await scene.slack.as('U0ADA').click(target);
    await scene.drain(2);
    expect(desk.acted.map(({ act }) => act)).toEqual(['claim']);
    const [redrawn] = scene.slack.messages({ channel: 'C0SHARED' });
    expect(JSON.stringify(redrawn?.message.blocks)).toContain('✓ To Ada');
  });

  it.each([
    ['claims', claims],
    ['missing answers', missing],
  ])('of %s calls nobody and links nowhere, whatever names say', async (_, body) => {
    await posting()(body);
    const [message] = scene.slack.messages({ channel: 'C0SHARED' });
    // A label that is read out is plain text.
    const shown = JSON.stringify(message?.message, (key, value) =>
      key === 'accessibility_label' ? '' : value,
    );
    expect(shown).not.toMatch(/<!|<@U|<https:/);
    expect(message?.message.text?.length).toBeGreaterThan(10);
  });

  it.each([
    ['is shared with another organisation', { is_ext_shared: true }],
    ['is about to be', { is_pending_ext_shared: true }],
  ])('is not made where the channel %s', async (_, more) => {
    saying(more);
    expect(await posting()(claims)).toEqual({ refused: 'the channel is shared with another organisation' });
    expect(scene.slack.messages({ channel: 'C0SHARED' })).toEqual([]);
  });

  it('to a channel that is not there, archived, or was forgotten in the settings is refused with the reason', async () => {
    expect(await posting('C0NOWHERE')(claims)).toEqual({
      refused: 'there is no such channel, or the app is not in it',
    });
    scene.slack.archiveChannel('C0SHARED');
    expect(await posting()(claims)).toEqual({ refused: 'the channel is archived' });
    const none = createSlackChannels({ client: scene.client, channels: {} });
    expect(none.has('claim')).toBe(false);
    expect(await none.post('claim', { postId: 'p', body: claims, now })).toMatchObject({
      refused: expect.any(String),
    });
  });

  it('that Slack does not take now is an error to try again', async () => {
    scene.slack.failNext('chat.postMessage', 'service_unavailable');
    await expect(posting()(claims)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });
});
