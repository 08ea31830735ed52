import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSlackChannels } from '../../../lib/adapters/slack/channels.ts';
import { signRequest } from '../../../lib/local/slack/signing.ts';
import { FIELD } from '../../../lib/presentation/slack/answer-fields.ts';
import { itemRef, ownedIdentity } from '../../support/reviews.ts';
import {
  directoryPeople,
  type SlackScene,
  signingSecret,
  startSlackScene,
  teamId,
} from '../../support/slack/slack-edge.ts';
import { PEOPLE, type World, world } from '../../support/world.ts';

const CHANNEL = 'C0SHARED';
const HOSTILE = 'Is <!channel> <https://evil.example|this> *ours*? `rm`';
const deployer = ownedIdentity('deployer', 'ada');

let w: World;
let scene: SlackScene;
let campaignId = '';

beforeEach(async () => {
  const inSlack = directoryPeople();
  const others = PEOPLE.filter(({ personId }) => inSlack.every((each) => each.personId !== personId));
  const people = [...others, ...inSlack];
  w = await world({ identities: [deployer], people });
  scene = await startSlackScene(w.actions, people, { clock: w.clock });
  const channels = createSlackChannels({ client: scene.client, channels: { security: CHANNEL } });
  Object.assign(w.environment, { channels });
  campaignId = (await w.open()).campaignId;
});
afterEach(() => scene.close());

/** Ada asks on the Home tab, and the worker gets to it `times` times. */
async function ask(question: string, times = 1): Promise<void> {
  const ada = scene.slack.as('U0ADA');
  await ada.openHome();
  await ada.click({ home: true, actionId: 'ask-security', blockId: `home|ask|${campaignId}` });
  await ada.submit(ada.view()?.id ?? '', { [FIELD.question]: { [FIELD.question]: question } });
  await scene.drain(times);
}

const posts = () => scene.slack.messages({ channel: CHANNEL }).map(({ message }) => message);
const byApp = () => posts().filter(({ bot_id: bot }) => bot !== undefined);
const threadTs = () => byApp()[0]?.ts ?? '';
const answers = () =>
  w.sent.flatMap(({ body, to }) =>
    body.purpose === 'security-answer' ? [{ to: to.personId, from: body.from, text: body.text }] : [],
  );

/** A message event as Slack signs it, with what differs from an answer of Bruno's. */
async function hear(event: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}) {
  const body = JSON.stringify({
    type: 'event_callback',
    team_id: teamId,
    event: {
      type: 'message',
      channel: CHANNEL,
      channel_type: 'channel',
      user: 'U0BRUNO',
      team: teamId,
      ts: '1900000000.000100',
      thread_ts: threadTs(),
      text: 'It is fine.',
      ...event,
    },
    ...more,
  });
  const timestamp = Math.floor(Date.now() / 1000);
  const headers = {
    'content-type': 'application/json',
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': signRequest(signingSecret, timestamp, body),
  };
  return scene.handler({ headers, body });
}

describe('a question to security', () => {
  it('is posted once in a thread that names the reviewer and the review; the next one goes there too', async () => {
    await ask('Does the shop still need it?', 2);
    await ask('And on weekends?', 2);

    const [root, first, second, ...more] = byApp();
    expect(more).toEqual([]);
    expect(root?.thread_ts).toBeUndefined();
    expect(JSON.stringify(root?.blocks)).toContain('Ada');
    expect(JSON.stringify(root?.blocks)).toContain(campaignId);
    expect([first?.thread_ts, second?.thread_ts]).toEqual([root?.ts, root?.ts]);
    expect(first?.text).toContain('Does the shop still need it?');
    expect(second?.text).toContain('And on weekends?');
    expect(JSON.stringify(scene.slack.as('U0ADA').inbox())).toContain('Security was asked');
  });

  it('can be asked from the digest', async () => {
    const { person, dockets } = await w.actions.desk('ada');
    const body = { purpose: 'digest', dockets, rung: 'open', link: undefined } as const;
    await scene.messenger.send({ noticeId: 'today', to: person, body, now: w.clock.now() });
    const ada = scene.slack.as('U0ADA');
    const { channel = '', ts = '' } = ada.inbox().at(-1) ?? {};
    await ada.click({ channel, ts, actionId: 'ask-security', blockId: `digest|docket|${campaignId}` });
    await ada.submit(ada.view()?.id ?? '', { [FIELD.question]: { [FIELD.question]: 'Is it ours?' } });
    await scene.drain();
    expect(byApp().at(-1)?.text).toContain('Is it ours?');
    expect(ada.inbox().at(-1)).toMatchObject({ onlyFor: 'U0ADA' });
  });

  it('is harmless, whatever it says', async () => {
    await ask(HOSTILE);
    expect(byApp()).toHaveLength(2);
    expect(JSON.stringify(byApp())).not.toMatch(/<!|<https:/);
  });

  it('that is empty is asked for again on the form', async () => {
    await ask('   ');
    expect(scene.queue.sent).toEqual([]);
    expect(posts()).toEqual([]);
  });

  it('that cannot be posted is refused with the reason, and the next one is taken', async () => {
    scene.slack.failNext('chat.postMessage', 'channel_not_found');
    await ask('Is it ours?');
    expect(posts()).toEqual([]);
    expect(JSON.stringify(scene.slack.as('U0ADA').inbox())).toContain('Security cannot be asked just now');

    await ask('Is it ours?');
    expect(byApp()).toHaveLength(2);
  });

  it('is refused where nothing waits for the person any more', async () => {
    const ada = scene.slack.as('U0ADA');
    await ada.openHome();
    const request = { verdict: 'certify', reason: 'in use', purpose: 'deploys the shop' } as const;
    await w.actions.decide({
      item: itemRef({ campaignId }, deployer),
      request,
      who: w.who('ada'),
      actId: 'done',
    });
    await ada.click({ home: true, actionId: 'ask-security', blockId: `home|ask|${campaignId}` });
    expect(ada.view()).toBeUndefined();
    expect(JSON.stringify(ada.inbox())).toContain('cannot be asked about that review any more');
  });

  it('cannot be asked where the installation names no channel', async () => {
    Object.assign(w.environment, { channels: undefined });
    const ada = scene.slack.as('U0ADA');
    await ada.openHome();
    expect(JSON.stringify(ada.home()?.blocks)).toContain('due');
    expect(JSON.stringify(ada.home()?.blocks)).not.toContain('ask-security');
  });
});

describe('an answer in the thread', () => {
  it('comes to the reviewer once, however often it is heard and worked on', async () => {
    await ask('Is it ours?');
    await scene.slack.as('U0BRUNO').say('Yes, since May.', CHANNEL, threadTs());
    await scene.drain(2);
    expect(answers()).toEqual([{ to: 'ada', from: 'Bruno Bianchi', text: 'Yes, since May.' }]);

    for (let time = 0; time < 3; time += 1) await hear({ text: 'More.' });
    expect(scene.queue.sent).toHaveLength(3);
    await scene.drain(2);
    expect(answers().map(({ text }) => text)).toEqual(['Yes, since May.', 'More.']);
  });

  it.each([
    ['of a guest', 'U0GIL'],
    ['of another organisation', 'U0SAM'],
    ['of somebody whom the directory does not know', 'U0ZOE'],
    ['of somebody who has left', 'U0LEA'],
  ])('%s is passed over, and logged', async (_, userId) => {
    await ask('Is it ours?');
    await scene.slack.as(userId).say('Switch it off!', CHANNEL, threadTs());
    expect(scene.queue.sent).toEqual([]);
    expect(scene.logged.filter(({ message }) => message === 'answer refused')).toHaveLength(1);
  });

  it.each([
    ['of an app', { bot_id: 'B0COUNTERSIGN' }],
    ['that changes an earlier one', { subtype: 'message_changed', message: { text: 'No.' } }],
    ['that was deleted', { subtype: 'message_deleted' }],
    ['outside the thread', { thread_ts: undefined }],
    ['in the thread of somebody else', { thread_ts: '1700000000.000001' }],
    ['without a word', { text: ' ' }],
  ])('%s is passed over', async (_, event) => {
    await ask('Is it ours?');
    expect(await hear(event)).toMatchObject({ statusCode: 200 });
    expect(scene.queue.sent).toEqual([]);
  });

  it('in a channel that is shared with another organisation is passed over', async () => {
    await ask('Is it ours?');
    expect(await hear({}, { is_ext_shared_channel: true })).toMatchObject({ statusCode: 200 });
    expect(scene.queue.sent).toEqual([]);
    expect(scene.logged.at(-1)).toMatchObject({
      message: 'answer refused',
      fields: { why: 'shared-channel' },
    });
  });

  it('is passed on as it reads, not as Slack marks it up', async () => {
    await ask('Is it ours?');
    await hear({ text: 'See <https://wiki.example|the page>, <@U0ADA>: a &lt;b&gt; &amp;amp; c' });
    await scene.drain();
    expect(answers().map(({ text }) => text)).toEqual([
      'See the page (https://wiki.example), @U0ADA: a <b> &amp; c',
    ]);
  });

  it('of the reviewer’s own is no news to them', async () => {
    await ask('Is it ours?');
    await scene.slack.as('U0ADA').say('I mean the old one.', CHANNEL, threadTs());
    await scene.drain();
    expect(answers()).toEqual([]);
  });

  it('is heard again by Slack when the queue could not take it', async () => {
    await ask('Is it ours?');
    scene.queue.failNext();
    expect((await hear({})).statusCode).toBe(500);
    await hear({});
    await scene.drain();
    expect(answers().map(({ text }) => text)).toEqual(['It is fine.']);
  });
});
