import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSlackApp, type SlackHandler } from '../../../lib/adapters/slack/bolt-app.ts';
import { createSlackClient } from '../../../lib/adapters/slack/upstream.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { seenMark } from '../../../lib/domain/review/seen.ts';
import { deskDouble } from '../../support/slack/desk-double.ts';
import { hostileText } from '../../support/slack/hostile.ts';
import { campaignId, sampleItem, samplePerson } from '../../support/slack/samples.ts';
import {
  botToken,
  clock,
  directoryPeople,
  type Logged,
  signingSecret,
  silent,
  teamId,
  type WaitingQueue,
  waitingQueue,
} from '../../support/slack/slack-edge.ts';

const nowMs = 1_700_000_000_000;
const low = sampleItem({ tier: 'low' });
const seen = seenMark(low.item);
const value = JSON.stringify({ campaignId, identityKey: low.item.identityKey, seen });

/** The app before a Slack that accepts every call. */
function edge(): {
  readonly handler: SlackHandler;
  readonly queue: WaitingQueue;
  readonly logged: Logged[];
  readonly called: string[];
} {
  const logged: Logged[] = [];
  const called: string[] = [];
  const queue = waitingQueue();
  const directory = directoryOf(directoryPeople(), []);
  const client = createSlackClient(botToken, {
    logger: silent,
    fetch: (url) => {
      called.push(String(url).split('/').at(-1) ?? '');
      return Promise.resolve(Response.json({ ok: true, channel: { id: 'D1' }, ts: '1.000001' }));
    },
  });
  const handler = createSlackApp({
    signingSecret,
    botToken,
    teamId,
    enterpriseId: 'E0ACME',
    client,
    actions: deskDouble(samplePerson(), [low]),
    people: { directory: () => Promise.resolve(directory) },
    decisions: queue,
    clock,
    wallClock: () => nowMs,
    log: (level, message, fields) => logged.push({ level, message, fields }),
  });
  return { handler, queue, logged, called };
}

function signed(body: string, type: string) {
  const timestamp = String(nowMs / 1000);
  const signature = `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  return {
    headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp, 'content-type': type },
    body,
    isBase64Encoded: false,
  };
}

const form = (payload: unknown) =>
  signed(
    new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
    'application/x-www-form-urlencoded',
  );
const json = (payload: unknown) => signed(JSON.stringify(payload), 'application/json');

function press(more: Record<string, unknown> = {}, action: Record<string, unknown> = {}) {
  return {
    type: 'block_actions',
    team: { id: teamId, domain: 'acme' },
    user: { id: 'U0ADA', team_id: teamId, name: 'ada' },
    trigger_id: '1.2.abc',
    container: { type: 'message', message_ts: '1.000001', channel_id: 'D1' },
    channel: { id: 'D1', name: 'directmessage' },
    message: { ts: '1.000001', blocks: [] },
    actions: [
      { type: 'button', action_id: 'keep', block_id: 'digest|x', action_ts: '1.5', value, ...action },
    ],
    ...more,
  };
}

const folder = new URL('../../fixtures/slack/payloads/', import.meta.url);
const published = readdirSync(folder).flatMap((name): readonly (readonly [string, unknown])[] => {
  const parsed = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Record<
    string,
    { value?: unknown }
  >;
  if (!name.startsWith('test_')) return [[name, parsed]];
  return Object.entries(parsed).map(([key, { value: payload }]) => [`${name} ${key}`, payload]);
});

describe('published payloads of other apps', () => {
  it.each(published)('are answered safely: %s', async (_, payload) => {
    const { handler, queue, logged } = edge();
    const requests =
      typeof payload === 'string'
        ? [signed(payload, 'application/x-www-form-urlencoded')]
        : [form(payload), json(payload)];

    for (const request of requests) {
      const { statusCode } = await handler(request);
      expect([200, 400]).toContain(statusCode);
    }

    expect(queue.sent).toEqual([]);
    expect(logged.length).toBeGreaterThan(0);
  });
});

describe('requests that are signed but not right', () => {
  it('take an act from the right person, so that the rest of this suite means something', async () => {
    const { handler, queue } = edge();

    expect(await handler(form(press()))).toEqual({ statusCode: 200, body: '' });
    expect(queue.sent).toHaveLength(1);
  });

  it.each([
    ['of another workspace', { team: { id: 'T0OTHER' } }],
    ['by a user of another workspace', { user: { id: 'U0ADA', team_id: 'T0OTHER' } }],
    ['of no workspace', { team: null }],
    ['of no workspace and another organisation', { team: null, enterprise: { id: 'E0OTHER' } }],
    ['of our workspace in another organisation', { enterprise: { id: 'E0OTHER' } }],
    ['in a channel shared with others, by our own people', { is_ext_shared_channel: true }],
    ['in a channel that says of itself that it is shared', { channel: { id: 'C1', is_ext_shared: true } }],
    [
      'of Slack Connect, by the other organisation',
      {
        team: { id: 'T0OTHER', domain: 'others' },
        user: { id: 'U0THEM', team_id: 'T0OTHER' },
        channel: { id: 'C0SHARED', name: 'with-acme' },
        is_ext_shared_channel: true,
      },
    ],
    ['by nobody we know', { user: { id: 'U0NOBODY', team_id: teamId } }],
  ])('are refused politely and logged: %s', async (_, more) => {
    const { handler, queue, logged } = edge();

    const { statusCode } = await handler(form(press(more)));

    expect(statusCode).toBe(200);
    expect(queue.sent).toEqual([]);
    expect(logged).toContainEqual(expect.objectContaining({ message: 'interaction refused' }));
  });

  it('are taken for the whole organisation when it is ours', async () => {
    const { handler, queue } = edge();

    await handler(form(press({ team: null, enterprise: { id: 'E0ACME' } })));

    expect(queue.sent).toHaveLength(1);
  });

  it.each([
    ['no value', { value: undefined }],
    ['a value that is no JSON', { value: '{' }],
    ['a value with more in it', { value: JSON.stringify({ ...JSON.parse(value), who: 'admin' }) }],
    ['a key that is no key', { value: JSON.stringify({ campaignId, identityKey: '../../etc' }) }],
    ['an unknown action', { action_id: 'become-admin' }],
    ['a prototype’s name', { action_id: '__proto__' }],
  ])('do nothing: %s', async (_, action) => {
    const { handler, queue } = edge();

    expect((await handler(form(press({}, action)))).statusCode).toBe(200);
    expect(queue.sent).toEqual([]);
  });

  it('never make it fail with a null where something is looked into', async () => {
    for (const field of ['team', 'enterprise', 'channel', 'message', 'view', 'container']) {
      const { handler } = edge();
      expect((await handler(form({ ...press(), [field]: null }))).statusCode, field).toBeLessThan(500);
    }
  });

  it('never make it fail, whatever is missing, too long or of the wrong kind', async () => {
    const hostile = fc.oneof(
      hostileText,
      fc.constantFrom(
        undefined,
        null,
        0,
        true,
        [],
        {},
        [[]],
        { toString: 1, valueOf: 1 },
        'x'.repeat(70_000),
      ),
      fc.jsonValue(),
    );
    const submission = {
      type: 'view_submission',
      team: { id: teamId },
      user: { id: 'U0ADA', team_id: teamId },
      view: {
        id: 'V1',
        type: 'modal',
        callback_id: 'answer',
        hash: '1.a',
        private_metadata: JSON.stringify({
          item: JSON.parse(value),
          origin: { surface: 'home' },
          tier: 'low',
        }),
        state: {
          values: {
            verdict: { verdict: { type: 'static_select', selected_option: { value: 'retire' } } },
            on: { on: { selected_date: '2026-12-01' } },
          },
        },
      },
    };
    const home = {
      type: 'event_callback',
      team_id: teamId,
      event: { type: 'app_home_opened', user: 'U0ADA', tab: 'home' },
    };
    const command = { command: '/countersign', text: 'status', team_id: teamId, user_id: 'U0ADA' };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(press(), submission, home, command),
        fc.nat(),
        hostile,
        async (base, pick, with_) => {
          const payload = spoil(structuredClone(base), pick, with_);
          const { handler } = edge();

          for (const request of [form(payload), json(payload)]) {
            expect((await handler(request)).statusCode).toBeLessThan(500);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('cannot smuggle in evidence, a body for Bolt to read differently, or an address to answer to', async () => {
    const { handler, queue, called } = edge();
    const request = form(
      press({
        response_url: 'http://169.254.169.254/',
        response_urls: [{ response_url: 'http://10.0.0.1/' }],
      }),
    );
    const headers = {
      ...request.headers,
      'X-Countersign-Evidence': 'forged',
      'x-countersign-evidence': 'forged',
    };

    await handler({ ...request, headers });

    expect(queue.sent[0]?.body).toMatchObject({
      who: { evidenceDigest: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(called).toEqual([]);
  });

  it('are refused unsigned, with Bolt none the wiser', async () => {
    const { handler, queue } = edge();
    const request = form(press());

    expect(await handler({ ...request, headers: { 'content-type': 'application/json' } })).toEqual({
      statusCode: 401,
      body: '',
    });
    expect((await handler({ ...request, body: `${request.body}&x=1` })).statusCode).toBe(401);
    expect((await handler({ headers: {}, body: null })).statusCode).toBe(401);
    expect(queue.sent).toEqual([]);
  });

  it('are the same act when they are the same request, and another when a person acts again', async () => {
    const { handler, queue } = edge();

    await handler(form(press()));
    await handler(form(press()));
    await handler(form(press({}, { action_ts: '2.5' })));

    const ids = queue.sent.map(({ id }) => id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });
});

/** Puts something else in one of the payload's places, or takes it away. */
function spoil(payload: object, pick: number, with_: unknown): object {
  const places: (() => void)[] = [];
  const walk = (at: Record<string, unknown>) => {
    for (const key of Object.keys(at)) {
      places.push(() => {
        at[key] = with_;
      });
      const child = at[key];
      if (typeof child === 'object' && child !== null) walk(child as Record<string, unknown>);
    }
  };
  walk(payload as Record<string, unknown>);
  places[pick % places.length]?.();
  return payload;
}
