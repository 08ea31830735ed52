// Slack as functions reach it: the token, and the directory completed with what Slack knows of its members.
import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import { createReviewStore } from '../adapters/dynamodb/review-store.ts';
import { createSlackChannels } from '../adapters/slack/channels.ts';
import type { SlackLog } from '../adapters/slack/log.ts';
import { createSlackPeople } from '../adapters/slack/people.ts';
import { readMembers } from '../adapters/slack/read-members.ts';
import { sharedMembers } from '../adapters/slack/shared-members.ts';
import { createSlackClient } from '../adapters/slack/upstream.ts';
import type { Channels } from '../application/ports/channels.ts';
import type { People } from '../application/ports/people.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { Log } from '../runtime/log.ts';
import { dynamoDb } from './dynamodb.ts';
import { openBlobs, organisationPeople } from './environment.ts';
import { readSecretJson } from './secrets.ts';
import type { Base } from './start.ts';
import { wanted } from './wanted.ts';

/** The Slack secret, as `docs/deploy.md` says to fill it in. */
export const SlackSecret = z.strictObject({
  signingSecret: z
    .string()
    .regex(/^[0-9a-f]{32,64}$/, 'the signing secret of the app’s Basic Information page'),
  botToken: z.string().startsWith('xoxb-', 'the bot token of the app’s OAuth page'),
});

/** Slack, ready to be called. */
export interface SlackDoor extends z.infer<typeof SlackSecret> {
  readonly client: WebClient;
  readonly teamId: string;
  readonly enterpriseId: string | undefined;
  readonly auditChannel: string | undefined;
  /** Channels for posts that are nobody's notice. */
  readonly channels: Channels;
  readonly log: SlackLog;
}

/** How long one pass over Slack's members serves, in ms. */
const MEMBERS_TTL_MS = 15 * MINUTE_MS;

/**
 * Opens Slack; undefined where the installation has none.
 * @throws InvalidInputError BAD_SETTING while the secret is not filled in
 */
export async function openSlack(base: Base): Promise<SlackDoor | undefined> {
  const { slack } = base.installation;
  if (!slack) return undefined;
  const secret = await readSecretJson(wanted(base, 'slackSecret'), SlackSecret);
  const client = createSlackClient(secret.botToken, slack.apiUrl ? { slackApiUrl: slack.apiUrl } : {});
  const { claimChannel: claim, securityChannel: security } = slack;
  return {
    ...secret,
    client,
    channels: createSlackChannels({ client, channels: { claim, security } }),
    teamId: slack.teamId,
    enterpriseId: slack.enterpriseId,
    auditChannel: slack.auditChannel,
    log: slackLog(base.log),
  };
}

/**
 * The directory, completed with what Slack knows where there is Slack.
 * @param withoutSlack what to do while Slack is out of reach: who acts on what Slack says must know, who writes mails not
 */
export function slackPeople(
  base: Base,
  slack: SlackDoor | undefined,
  withoutSlack: 'refuse' | 'base' = 'refuse',
): People {
  const people = organisationPeople(base);
  if (!slack) return people;
  const { client, teamId, log } = slack;
  return createSlackPeople({
    base: people,
    client,
    teamId,
    ttlMs: MEMBERS_TTL_MS,
    wallClock: Date.now,
    log,
    withoutSlack,
    shared: sharedMembers({ ...membersStores(base), teamId, log }),
  });
}

/** The work of reading members for every function; undefined where there is no Slack. */
export function membersReader(base: Base, slack: SlackDoor | undefined) {
  if (!slack) return undefined;
  const { client, teamId, log } = slack;
  return readMembers({ ...membersStores(base), clock: base.clock, client, teamId, log });
}

function membersStores(base: Base) {
  const { settings, clock } = base;
  const store = createReviewStore({ client: dynamoDb(), table: settings.reviewsTable, clock });
  return { store, blobs: openBlobs(base) };
}

/** The Slack edge's log, on the function's own. */
export function slackLog(log: Log): SlackLog {
  return (level, message, fields) => log[level](message, fields);
}
