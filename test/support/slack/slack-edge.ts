// The whole way of an act: a person at the stand-in workspace, the signed request, Bolt, the queue, the worker.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Logger, LogLevel, type WebClient } from '@slack/web-api';
import { type ApplyActDeps, applySlackAct } from '../../../lib/adapters/slack/apply-act.ts';
import { createSlackApp, type SlackHandler } from '../../../lib/adapters/slack/bolt-app.ts';
import type { HttpEvent } from '../../../lib/adapters/slack/envelope.ts';
import { createSlackMessenger } from '../../../lib/adapters/slack/messenger.ts';
import { createSlackClient } from '../../../lib/adapters/slack/upstream.ts';
import type { Messenger } from '../../../lib/application/ports/messenger.ts';
import type { Message, Queue } from '../../../lib/application/ports/queue.ts';
import type { ReviewActions } from '../../../lib/application/review-actions.ts';
import { UpstreamError } from '../../../lib/domain/errors.ts';
import { directoryOf } from '../../../lib/domain/review/directory.ts';
import type { Person } from '../../../lib/domain/review/person.ts';
import type { SlackPersonSeed } from '../../../lib/local/slack/person.ts';
import { type SlackWorkspace, startSlackWorkspace } from '../../../lib/local/slack/workspace.ts';
import { SHORTCUT } from '../../../lib/presentation/slack/references.ts';
import { now, samplePerson } from './samples.ts';

export const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';
export const botToken = 'xoxb-stand-in';
export const teamId = 'T0ACME';
export const clock = { now: () => now };

/** One line of the log. */
export interface Logged {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A queue whose messages wait until they are worked on, and may be worked on again. */
export interface WaitingQueue extends Queue {
  readonly sent: Message[];
  /** The next send fails as a queue would. */
  failNext(): void;
}

/** A logger that says nothing: refusals are what the tests are about. */
export const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/** A queue in memory. */
export function waitingQueue(): WaitingQueue {
  const sent: Message[] = [];
  let failing = false;
  return {
    sent,
    failNext() {
      failing = true;
    },
    send(messages) {
      if (failing) {
        failing = false;
        const message = 'the queue is down';
        return Promise.reject(
          new UpstreamError({ code: 'UNAVAILABLE', message, provider: 'sqs', retryable: true }),
        );
      }
      // As on a real queue, only JSON arrives.
      sent.push(...(JSON.parse(JSON.stringify(messages)) as Message[]));
      return Promise.resolve();
    },
  };
}

const seeds: readonly SlackPersonSeed[] = [
  { id: 'U0ADA', handle: 'ada', realName: 'Ada Adeyemi', email: 'ada@acme.example' },
  { id: 'U0BRUNO', handle: 'bruno', realName: 'Bruno Bianchi', email: 'bruno@acme.example' },
  { id: 'U0GIL', handle: 'gil', realName: 'Gil Guest', kind: 'guest' },
  { id: 'U0SAM', handle: 'sam', realName: 'Sam Stranger', kind: 'stranger' },
  { id: 'U0ZOE', handle: 'zoe', realName: 'Zoe Unmapped' },
  { id: 'U0LEA', handle: 'lea', realName: 'Lea Left' },
];

/** The directory: Ada may act; Gil is a guest, Lea has left, Sam is mapped though he belongs elsewhere. */
export function directoryPeople(ada: Person = samplePerson()): readonly Person[] {
  const other = (personId: string, userId: string, more: Partial<Person> = {}) =>
    samplePerson({ personId, email: `${personId}@acme.example`, slack: { teamId, userId }, ...more });
  return [
    ada,
    other('bruno', 'U0BRUNO', { name: 'Bruno Bianchi' }),
    other('gil', 'U0GIL', { fullMember: false }),
    other('lea', 'U0LEA', { active: false }),
    other('sam', 'U0SAM'),
  ];
}

/** Everything, running. */
export interface SlackScene {
  readonly slack: SlackWorkspace;
  readonly client: WebClient;
  readonly messenger: Messenger;
  readonly handler: SlackHandler;
  readonly queue: WaitingQueue;
  readonly logged: Logged[];
  /** Works on what waits; each message `times` times, as a queue may deliver it. */
  drain(times?: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts a workspace and the app before it. */
export async function startSlackScene(
  actions: ReviewActions,
  people = directoryPeople(),
  more: Partial<Pick<ApplyActDeps, 'clock' | 'campaigns' | 'liveDigest'>> = {},
): Promise<SlackScene> {
  const logged: Logged[] = [];
  const log = (level: string, message: string, fields: Logged['fields']) => {
    logged.push({ level, message, fields });
  };
  const front = await startFront(() => handler);
  const slack = await startSlackWorkspace({
    team: { id: teamId, name: 'Acme', domain: 'acme' },
    signingSecret,
    botToken,
    people: seeds,
    channels: [{ id: 'C0SHARED', name: 'shared', members: ['U0ADA', 'U0SAM', 'U0GIL', 'U0ZOE', 'U0LEA'] }],
    interactivityUrl: front.url,
    eventsUrl: front.url,
    commandsUrl: front.url,
    clock,
    app: {
      shortcuts: [
        { callbackId: SHORTCUT.review, name: 'Review an identity', type: 'global' },
        { callbackId: SHORTCUT.reviewThis, name: 'Review this identity' },
      ],
    },
  });
  const client = createSlackClient(botToken, { slackApiUrl: slack.apiUrl, logger: silent });
  const queue = waitingQueue();
  const directory = directoryOf(people, []);
  const shared = {
    client,
    teamId,
    actions,
    clock,
    log,
    ...more,
    people: { directory: () => Promise.resolve(directory) },
  };
  const handler: SlackHandler = createSlackApp({
    ...shared,
    signingSecret,
    botToken,
    decisions: queue,
    wallClock: Date.now,
  });
  const work = applySlackAct(shared);
  return {
    slack,
    client,
    messenger: createSlackMessenger({ client, teamId }),
    handler,
    queue,
    logged,
    async drain(times = 1) {
      for (const message of queue.sent.splice(0)) {
        for (let time = 0; time < times; time += 1) await work(message.body);
      }
    },
    async close() {
      await slack.close();
      await front.close();
    },
  };
}

/** What an HTTP endpoint in front of a Lambda does: bodies arrive in base64. */
async function startFront(handler: () => SlackHandler) {
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const headers = request.headers as HttpEvent['headers'];
      const answer = await handler()({ headers, body: body.toString('base64'), isBase64Encoded: true });
      response.writeHead(answer.statusCode, answer.headers ?? {}).end(answer.body);
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
