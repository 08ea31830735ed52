// What the app asks Slack for, and why. The app's manifest and `countersign doctor` are held to it.
import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import { upstreamFrom } from './upstream.ts';

/** Bot scopes, by scope, with the methods that need them. https://docs.slack.dev/reference/scopes */
export const BOT_SCOPES = {
  'channels:history': 'message.channels: answers in the threads of the security channel',
  'channels:read':
    'conversations.info: whether the channel to be posted to is shared with another organisation',
  'chat:write': 'chat.postMessage, chat.update, chat.postEphemeral: digests, warnings, answers',
  commands: 'the command /countersign',
  'groups:history': 'message.groups: the same in a private channel the app is in',
  'groups:read': 'conversations.info: the same of a private channel the app is in',
  'im:write': 'conversations.open: a direct message with a reviewer',
  'users:read': 'users.list: who is an active full member',
  'users:read.email': 'users.list: finding a person of the directory by their confirmed address',
} as const satisfies Readonly<Record<string, string>>;

/** Events the app subscribes to. */
export const BOT_EVENTS = ['app_home_opened', 'message.channels', 'message.groups'] as const;

/** Who the token belongs to, and what it may do. */
export interface SlackToken {
  readonly teamId: string;
  readonly enterpriseId: string | undefined;
  readonly botName: string;
  /** As Slack says with every answer (`x-oauth-scopes`); undefined where it does not. */
  readonly scopes: readonly string[] | undefined;
}

const AuthTest = z.object({
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  user: z.string().default(''),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

/** Asks Slack about the token. @throws UpstreamError, DENIED when the token is not good */
export async function inspectToken(client: WebClient): Promise<SlackToken> {
  const answer = AuthTest.parse(
    await client.auth.test().catch((cause: unknown) => {
      throw upstreamFrom('auth.test', cause);
    }),
  );
  return {
    teamId: answer.team_id,
    enterpriseId: answer.enterprise_id ?? undefined,
    botName: answer.user,
    scopes: answer.response_metadata?.scopes,
  };
}

/** Scopes of the list that a token lacks. */
export function missingScopes(scopes: readonly string[]): string[] {
  return Object.keys(BOT_SCOPES).filter((scope) => !scopes.includes(scope));
}
