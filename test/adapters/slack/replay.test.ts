// Everything published of Slack's own wire, put through the edge: each is handled, refused or passed over, and logged.
import { createHmac } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSlackApp, type SlackHandler } from '../../../lib/adapters/slack/bolt-app.ts';
import { createSlackMessenger } from '../../../lib/adapters/slack/messenger.ts';
import { createSlackPeople } from '../../../lib/adapters/slack/people.ts';
import { createSlackClient } from '../../../lib/adapters/slack/upstream.ts';
import { UpstreamError } from '../../../lib/domain/errors.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import { deskDouble } from '../../support/slack/desk-double.ts';
import { now, sampleDocket, sampleItem, samplePerson } from '../../support/slack/samples.ts';
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

type Json = Record<string, unknown>;

const folder = new URL('../../fixtures/slack/', import.meta.url);
const fixtures = (pattern: string): (readonly [name: string, content: unknown])[] =>
  globSync(pattern, { cwd: folder })
    .toSorted()
    .map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))]);

/** Literals out of tests are kept by the name they had there. */
const literals = fixtures('{payloads/,}test_*.json').flatMap(([name, content]) =>
  Object.entries(content as Record<string, { value: unknown }>).map(
    ([key, { value }]) => [`${name} ${key}`, value] as const,
  ),
);
const bodies = [...literals, ...fixtures('payloads/*Payload.json'), ...fixtures('replay/**/*.json')];
const views = [...fixtures('view_*.json'), ...fixtures('replay/*/view{s-,_}*.json')];
const messages = fixtures('replay/java-bolt/attachments-*.json');
const answers: (readonly [string, unknown])[] = [
  ...fixtures('replay/{web-api,scim}/*.json'),
  ...fixtures('replay/python-sdk/web_response_*.json'),
  ...fixtures('web-api.examples.json').flatMap(([, methods]) =>
    Object.entries(methods as Record<string, { examples: Json }>).flatMap(([method, { examples }]) =>
      Object.entries(examples).map(([status, body]) => [`${method} ${status}`, body] as const),
    ),
  ),
];

const nowMs = 1_700_000_000_000;
const directory = directoryOf(directoryPeople(), []);
const low = sampleItem({ tier: 'low' });

/** The app, before a Slack that gives every call the same answer. */
function edge(answer: unknown = { ok: true, channel: { id: 'D1' }, ts: '1.000001' }): {
  readonly handler: SlackHandler;
  readonly queue: WaitingQueue;
  readonly logged: Logged[];
} {
  const logged: Logged[] = [];
  const queue = waitingQueue();
  const handler = createSlackApp({
    signingSecret,
    botToken,
    teamId,
    client: clientAnswering(answer),
    actions: deskDouble(samplePerson(), [low]),
    people: { directory: () => Promise.resolve(directory) },
    decisions: queue,
    clock,
    wallClock: () => nowMs,
    log: (level, message, fields) => logged.push({ level, message, fields }),
  });
  return { handler, queue, logged };
}

function clientAnswering(answer: unknown) {
  return createSlackClient(botToken, {
    logger: silent,
    fetch: () => Promise.resolve(Response.json(answer)),
  });
}

function signed(body: string, type: string) {
  const timestamp = String(nowMs / 1000);
  const signature = `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const headers = {
    'x-slack-signature': signature,
    'x-slack-request-timestamp': timestamp,
    'content-type': type,
  };
  return { headers, body, isBase64Encoded: false };
}

const FORM = 'application/x-www-form-urlencoded';
const interaction = (payload: unknown) =>
  signed(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), FORM);

/** Every way a body could arrive; literals of tests may be whole bodies already. */
const requestsWith = (content: unknown) =>
  typeof content === 'string'
    ? [signed(content, FORM)]
    : [interaction(content), signed(JSON.stringify(content), 'application/json')];

/** From a person who may act, in our workspace. */
const byAda = { team: { id: teamId }, user: { id: 'U0ADA', team_id: teamId }, trigger_id: '1.2.abc' };

it('is everything there is to replay', () => {
  expect(bodies.length).toBeGreaterThan(40);
  expect(views.length).toBeGreaterThan(8);
  expect(messages.length).toBeGreaterThan(0);
  expect(answers.length).toBeGreaterThan(45);
});

describe('a published body, signed as ours', () => {
  it.each(bodies)(
    '%s does nothing, is answered at once, and leaves a line in the log',
    async (_, content) => {
      for (const request of requestsWith(content)) {
        const { handler, queue, logged } = edge();

        const { statusCode } = await handler(request);

        expect([200, 400]).toContain(statusCode);
        expect(queue.sent).toEqual([]);
        expect(logged.length).toBeGreaterThan(0);
      }
    },
  );

  it.each(bodies.filter(([, content]) => typeof content === 'object'))(
    '%s, said to be by one of our people, does nothing more',
    async (_, content) => {
      const { handler, queue, logged } = edge();

      const { statusCode } = await handler(interaction({ ...(content as Json), ...byAda }));

      expect([200, 400]).toContain(statusCode);
      expect(queue.sent).toEqual([]);
      expect(logged.length).toBeGreaterThan(0);
    },
  );
});

describe('a view or message of another app', () => {
  it.each(views)('%s, handed in by one of our people, is no answer', async (_, view) => {
    const { handler, queue, logged } = edge();
    const withState = {
      id: 'V1',
      hash: '1.a',
      private_metadata: '',
      state: { values: {} },
      ...(view as Json),
    };

    const { statusCode } = await handler(interaction({ type: 'view_submission', ...byAda, view: withState }));

    expect([200, 400]).toContain(statusCode);
    expect(queue.sent).toEqual([]);
    expect(logged.length).toBeGreaterThan(0);
  });

  it.each([...views, ...messages])('%s, with a button pressed on it, is no answer', async (_, surface) => {
    for (const where of ['view', 'message']) {
      const { handler, queue, logged } = edge();
      const action = { type: 'button', action_id: 'approve', block_id: 'b', action_ts: '1.5', value: '1' };
      const pressed = {
        type: 'block_actions',
        ...byAda,
        channel: { id: 'D1' },
        actions: [action],
        [where]: { id: 'V1', ts: '1.1', hash: '1.a', ...(surface as Json) },
      };

      expect((await handler(interaction(pressed))).statusCode).toBeLessThan(500);
      expect(queue.sent).toEqual([]);
      expect(logged.length).toBeGreaterThan(0);
    }
  });
});

describe('an answer of Slack’s that is not the one expected', () => {
  const body = { purpose: 'digest', dockets: [sampleDocket([low])], rung: 'open', link: undefined } as const;
  const message = { noticeId: 'notice-1', to: samplePerson(), body, now };

  it.each(answers)('%s is a result or a failure of Slack’s', async (_, answer) => {
    const client = clientAnswering(answer);
    const messenger = createSlackMessenger({ client, teamId });
    const people = createSlackPeople({
      base: { directory: () => Promise.resolve(directory) },
      client,
      teamId,
      ttlMs: 1000,
      wallClock: () => nowMs,
      log: () => undefined,
    });

    for (const ask of [
      () => messenger.send(message),
      () => messenger.revise('D1:1.1', message),
      () => people.directory(),
    ]) {
      const failure = await ask().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure !== undefined) expect(failure).toBeInstanceOf(UpstreamError);
    }
  });

  it('is delivered with the one that is expected', async () => {
    const [, answer] = answers.find(([name]) => name === 'chat.postMessage 200') ?? [];
    const opened = { ...(answer as Json), channel: { id: 'D1' } };

    expect(
      await createSlackMessenger({ client: clientAnswering(opened), teamId }).send(message),
    ).toMatchObject({
      outcome: 'accepted',
    });
  });
});
