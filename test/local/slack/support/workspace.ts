// oxlint-disable unicorn/require-post-message-target-origin -- chat.postMessage is Slack's, not the browser's
// A workspace with a few people and an app listening, for tests.
import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import type { Instant } from '../../../../lib/domain/time.ts';
import {
  type SlackWorkspace,
  type SlackWorkspaceOptions,
  startSlackWorkspace,
} from '../../../../lib/local/slack/workspace.ts';
import { type Receiver, startReceiver } from './receiver.ts';

export const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';
export const botToken = 'xoxb-stand-in';
export const ada = 'U0ADA';
export const bruno = 'U0BRUNO';
export const dana = 'U0DANA';

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

/** A workspace, the app's client and the app's receiver. */
export interface Scene {
  readonly slack: SlackWorkspace;
  readonly client: WebClient;
  readonly app: Receiver;
  /** Opens the direct message with a person and posts there. */
  post(user: string, blocks: readonly object[], text?: string): Promise<{ channel: string; ts: string }>;
  close(): Promise<void>;
}

/** Starts a workspace with Ada and Bruno active, Dana deactivated, Gil a guest. */
export async function startScene(options: Partial<SlackWorkspaceOptions> = {}): Promise<Scene> {
  const app = await startReceiver(signingSecret);
  const slack = await startSlackWorkspace({
    team: { id: 'T0ACME', name: 'Acme', domain: 'acme' },
    signingSecret,
    botToken,
    people: [
      {
        id: ada,
        handle: 'ada',
        realName: 'Ada Okafor',
        email: 'Ada@acme.example',
        timeZone: 'Europe/Berlin',
        admin: true,
      },
      { id: bruno, handle: 'bruno', realName: 'Bruno Meyer', email: 'bruno@acme.example' },
      { id: dana, handle: 'dana', realName: 'Dana Levi', email: 'dana@acme.example', status: 'deactivated' },
      { id: 'U0GIL', handle: 'gil', realName: 'Gil Guest', email: 'gil@agency.example', kind: 'guest' },
    ],
    channels: [
      { id: 'C0REVIEWS', name: 'access-reviews' },
      { id: 'C0SECRET', name: 'secret', isPrivate: true, members: [ada], withApp: false },
      { id: 'C0OPEN', name: 'open', withApp: false },
      { id: 'C0OLD', name: 'old', archived: true },
    ],
    clock: { now: () => '2026-01-12T09:42:00.000Z' as Instant },
    interactivityUrl: () => app.url,
    eventsUrl: app.url,
    commandsUrl: app.url,
    ...options,
  });
  const client = new WebClient(botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    logger: silent,
  });
  return {
    slack,
    client,
    app,
    async post(user, blocks, text = 'hello') {
      const { channel } = await client.conversations.open({ users: user });
      const posted = await client.chat.postMessage({ channel: channel!.id!, text, blocks: blocks as never });
      return { channel: posted.channel!, ts: posted.ts! };
    },
    async close() {
      await slack.close();
      await app.close();
    },
  };
}

export const section = (text: string, more: object = {}) => ({
  type: 'section',
  text: { type: 'mrkdwn', text },
  ...more,
});
export const plain = (text: string) => ({ type: 'plain_text', text }) as const;
export const button = (actionId: string, more: object = {}) => ({
  type: 'button',
  action_id: actionId,
  text: plain(actionId),
  value: `${actionId}-value`,
  ...more,
});
export const actions = (blockId: string, ...elements: readonly object[]) => ({
  type: 'actions',
  block_id: blockId,
  elements,
});
export const option = (value: string) => ({ text: plain(`Option ${value}`), value });

/** A modal that asks why and until when. */
export const reasonModal = {
  type: 'modal' as const,
  callback_id: 'except',
  private_metadata: 'item-7',
  title: plain('Exception'),
  submit: plain('Send'),
  close: plain('Back'),
  blocks: [
    {
      type: 'input',
      block_id: 'why',
      label: plain('Why'),
      element: { type: 'plain_text_input', action_id: 'text', min_length: 5 },
    },
    {
      type: 'input',
      block_id: 'until',
      optional: true,
      label: plain('Until'),
      element: { type: 'datepicker', action_id: 'day' },
    },
    {
      type: 'input',
      block_id: 'who',
      optional: true,
      label: plain('Approver'),
      element: { type: 'users_select', action_id: 'person' },
    },
  ],
};

/** The error code (and messages) Slack's client throws with. */
export async function refusalOf(call: Promise<unknown>): Promise<{ error: string; messages: string[] }> {
  const thrown = await call.then(
    () => {
      throw new Error('the call was expected to be refused');
    },
    (error: { data?: { error: string; response_metadata?: { messages?: string[] } } }) => error,
  );
  if (!thrown.data) throw thrown;
  return { error: thrown.data.error, messages: thrown.data.response_metadata?.messages ?? [] };
}
