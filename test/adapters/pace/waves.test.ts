// Waves of messages to many people, through the real messengers to stand-ins that have limits, in real time that is moved.
import { describe, expect, test } from 'vitest';
import { createChannelPace } from '../../../lib/adapters/pace/channel-pace.ts';
import { createMemoryPaceBook } from '../../../lib/adapters/pace/pace-book.ts';
import { createEmailMessenger, createSesClient } from '../../../lib/adapters/ses/email-messenger.ts';
import { createMailQuota } from '../../../lib/adapters/ses/mail-quota.ts';
import { createSlackMessenger } from '../../../lib/adapters/slack/messenger.ts';
import { createSlackClient } from '../../../lib/adapters/slack/upstream.ts';
import { addressDigestOf, deskNotes } from '../../../lib/application/desk-notes.ts';
import { type PacedMessenger, unpaced } from '../../../lib/application/ports/pace.ts';
import { type SendNotice, sendNotice } from '../../../lib/application/send-notice.ts';
import { UpstreamError } from '../../../lib/domain/errors.ts';
import type { Person } from '../../../lib/domain/review/person.ts';
import { HOUR_MS, instantOf, millisOf, plusMs } from '../../../lib/domain/time.ts';
import { type SesOptions, startSes } from '../../../lib/local/ses/start-ses.ts';
import { startSlackWorkspace } from '../../../lib/local/slack/workspace.ts';
import { silent } from '../../support/slack/slack-edge.ts';
import { MONDAY, person, world } from '../../support/world.ts';

const crowd = (size: number) => Array.from({ length: size }, (_, n) => person(`p${n}`));
const TEAM = { id: 'T1', domain: 'acme', name: 'Acme' };

/** Time that is moved to whenever the next message may go. */
function movedTime() {
  let nowMs = millisOf(MONDAY);
  return {
    ms: () => nowMs,
    clock: { now: () => instantOf(nowMs) },
    /** Sends to everybody; who has to wait is sent to when it is their time. @returns refusals by provider */
    async sendAll(people: readonly Person[], send: (to: Person) => Promise<unknown>) {
      const refusals: { readonly provider: string; readonly atMs: number }[] = [];
      const waiting = people.map((to) => ({ to, atMs: nowMs }));
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        nowMs = Math.max(nowMs, next.atMs);
        try {
          await send(next.to);
        } catch (error) {
          if (!(error instanceof UpstreamError) || error.code !== 'THROTTLED') throw error;
          refusals.push({ provider: error.provider, atMs: nowMs });
          const atMs = nowMs + (error.retryAfterMs ?? 0);
          const place = waiting.findIndex((one) => one.atMs > atMs);
          waiting.splice(place < 0 ? waiting.length : place, 0, { to: next.to, atMs });
        }
      }
      return refusals;
    },
    move(ms: number) {
      nowMs += ms;
    },
  };
}

const digestTo = (send: SendNotice, channel: 'slack' | 'email', occasion: string) => (to: Person) =>
  send({
    to,
    channel,
    purpose: 'digest',
    occasion,
    rungs: [],
    shown: [],
    body: async () => ({ purpose: 'digest', dockets: [], rung: 'open', link: undefined }),
  });

const nowhere: PacedMessenger = {
  channel: 'email',
  send: async () => ({ outcome: 'undeliverable', reason: 'not in this test' }),
  revise: async () => undefined,
};

async function slackScene(people: readonly Person[]) {
  const time = movedTime();
  const w = await world({ identities: [], people });
  const slack = await startSlackWorkspace({
    team: TEAM,
    signingSecret: 'secret',
    botToken: 'xoxb-wave',
    people: people.map(({ personId, name, email, slack }) => ({
      id: slack?.userId ?? '',
      handle: personId,
      realName: name,
      email,
    })),
    clock: time.clock,
    paced: true,
    wallClockMs: time.ms,
  });
  const calls: { readonly method: string; readonly atMs: number }[] = [];
  const counted: typeof fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    calls.push({ method: url.split('/').at(-1) ?? '', atMs: time.ms() });
    return fetch(input, init);
  };
  const client = createSlackClient('xoxb-wave', {
    slackApiUrl: slack.apiUrl,
    logger: silent,
    fetch: counted,
  });
  const pace = createChannelPace({
    book: createMemoryPaceBook(),
    quota: { read: () => Promise.reject(new Error('no mail here')), count: () => undefined },
    wallClock: time.ms,
  });
  const environment = { ...w.environment, wallClock: time.clock };
  const sender = (paced: boolean) => {
    const messenger = createSlackMessenger({ client, teamId: 'T1', notes: deskNotes(environment.store) });
    return sendNotice(environment, { slack: messenger, email: nowhere }, paced ? pace : unpaced);
  };
  return { time, slack, calls, sender, environment };
}

describe('a wave to 500 people in Slack', () => {
  test('goes at a speed that Slack never refuses, and opens each conversation once', async () => {
    const people = crowd(500);
    const { time, slack, calls, sender } = await slackScene(people);
    const send = sender(true);

    const refusals = await time.sendAll(people, digestTo(send, 'slack', 'first'));
    expect(refusals.filter(({ provider }) => provider === 'slack')).toEqual([]);
    expect(slack.messages()).toHaveLength(500);
    // A new process has the conversations from the store.
    const before = calls.length;
    const startedMs = time.ms();
    const again = await time.sendAll(people, digestTo(sender(true), 'slack', 'second'));
    expect(again.filter(({ provider }) => provider === 'slack')).toEqual([]);
    expect(calls.slice(before).map(({ method }) => method)).toEqual(
      Array.from({ length: 500 }, () => 'chat.postMessage'),
    );
    // 200 a minute, when conversations need not be opened.
    expect(time.ms() - startedMs).toBeLessThan(3 * 60_000);
    await slack.close();
  }, 60_000);

  test('without a pace Slack refuses', async () => {
    const people = crowd(80);
    const { time, slack, sender } = await slackScene(people);
    const refusals = await time.sendAll(people, digestTo(sender(false), 'slack', 'first'));
    expect(refusals.some(({ provider }) => provider === 'slack')).toBe(true);
    await slack.close();
  });

  test('stands still for everybody while Slack asks one to wait', async () => {
    const people = crowd(60);
    const { time, slack, calls, sender } = await slackScene(people);
    slack.rateLimitNext('conversations.open', 45);
    const send = sender(true);
    const refusals = await time.sendAll(people, digestTo(send, 'slack', 'first'));

    expect(refusals.filter(({ provider }) => provider === 'slack')).toHaveLength(1);
    const [asked, ...others] = calls;
    expect(others.every(({ atMs }) => atMs >= (asked?.atMs ?? 0) + 45_000)).toBe(true);
    expect(slack.messages()).toHaveLength(60);
    await slack.close();
  });

  test('asks Slack again where somebody is, when a conversation is there no more', async () => {
    const [ada] = crowd(1);
    const { slack, calls, sender, environment } = await slackScene(ada ? [ada] : []);
    const send = sender(true);
    const tell = async (occasion: string) => ada && digestTo(send, 'slack', occasion)(ada);
    await tell('first');
    slack.failNext('chat.postMessage', 'channel_not_found');
    expect(await tell('second')).toMatchObject({ outcome: 'delivered' });
    expect(calls.map(({ method }) => method).slice(2)).toEqual([
      'chat.postMessage',
      'conversations.open',
      'chat.postMessage',
    ]);
    expect((await environment.store.get('desk', { personId: 'p0' }))?.dm?.userId).toBe('UP0');
    await slack.close();
  });
});

async function mailScene(people: readonly Person[], options: Partial<SesOptions>) {
  const time = movedTime();
  const w = await world({ identities: [], people });
  const ses = await startSes({
    clock: time.clock,
    identities: ['acme.example'],
    configurationSets: ['countersign'],
    ...options,
  });
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' };
  const client = createSesClient({ endpoint: ses.endpoint, region: 'us-east-1', credentials });
  const messenger = createEmailMessenger({
    client,
    from: 'reviews@acme.example',
    configurationSet: 'countersign',
    notes: deskNotes(w.environment.store),
  });
  const pace = createChannelPace({
    book: createMemoryPaceBook(),
    quota: createMailQuota(client, time.ms),
    wallClock: time.ms,
  });
  const environment = { ...w.environment, clock: time.clock, wallClock: time.clock };
  const send = sendNotice(environment, { slack: { ...nowhere, channel: 'slack' }, email: messenger }, pace);
  return { time, ses, pace, send, environment };
}

describe('mail', () => {
  test('is held back when a day’s quota is used up, and goes the day after: SES never refuses', async () => {
    const people = crowd(25);
    const { time, ses, send } = await mailScene(people, { quota: { max24HourSend: 10, maxSendRate: 100 } });
    const startedMs = time.ms();
    const refusals = await time.sendAll(people, digestTo(send, 'email', 'first'));

    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals.filter(({ provider }) => provider === 'ses')).toEqual([]);
    expect(ses.messages()).toHaveLength(25);
    expect(time.ms() - startedMs).toBeGreaterThanOrEqual(48 * HOUR_MS);
    await ses.close();
  });

  test('of a summary waits while there is little left of the day, that of a digest goes', async () => {
    const { time, ses, pace, send } = await mailScene(crowd(16), {
      quota: { max24HourSend: 20, maxSendRate: 100 },
    });
    await time.sendAll(crowd(16), digestTo(send, 'email', 'first'));
    expect(await pace.admit('email', 'whenever')).toMatchObject({ go: false });
    expect(await pace.admit('email', 'soon')).toMatchObject({ go: true });
    await ses.close();
  });

  test('waits while SES has paused the account, and has no limit where SES says so', async () => {
    const { time, ses, pace } = await mailScene([], { quota: { max24HourSend: -1 } });
    expect(await pace.admit('email', 'whenever')).toMatchObject({ go: true });
    ses.setSending('paused');
    time.move(6 * 60_000);
    expect(await pace.admit('email', 'now')).toMatchObject({ go: false });
    ses.setSending('enabled');
    time.move(6 * 60_000);
    expect(await pace.admit('email', 'now')).toMatchObject({ go: true });
    await ses.close();
  });

  test('goes on when SES does not tell how much may be sent', async () => {
    const people = crowd(3);
    const { time, ses, send } = await mailScene(people, {});
    ses.failNext('GetAccount', 'TooManyRequestsException', 5);
    await time.sendAll(people, digestTo(send, 'email', 'first'));
    expect(ses.messages()).toHaveLength(3);
    await ses.close();
  });

  test('to an address that came back for good is not tried for two weeks, unless the address is new', async () => {
    const people = crowd(1);
    const [ada] = people;
    const { time, ses, send, environment } = await mailScene(people, {});
    const since = time.clock.now();
    await deskNotes(environment.store).note('p0', {
      mailDead: { addressDigest: addressDigestOf(ada?.email.toUpperCase() ?? ''), since },
    });
    const mail = (to: Person | undefined, occasion: string) => to && digestTo(send, 'email', occasion)(to);
    expect(await mail(ada, 'one')).toMatchObject({ outcome: 'undeliverable' });
    expect(ses.calls()).toEqual({});
    expect(await mail(ada && { ...ada, email: 'new@acme.example' }, 'two')).toMatchObject({
      outcome: 'accepted',
    });
    time.move(Date.parse(plusMs(since, 15 * 24 * HOUR_MS)) - Date.parse(since));
    expect(await mail(ada, 'three')).toMatchObject({ outcome: 'accepted' });
    await ses.close();
  });
});
