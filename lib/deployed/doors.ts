// How people are written to from functions: Slack and mail.
import { setTimeout } from 'node:timers/promises';
import { createReviewStore } from '../adapters/dynamodb/review-store.ts';
import { createChannelPace } from '../adapters/pace/channel-pace.ts';
import { createDynamoPaceBook } from '../adapters/pace/dynamo-pace-book.ts';
import { createEmailMessenger, createSesClient } from '../adapters/ses/email-messenger.ts';
import { createMailQuota } from '../adapters/ses/mail-quota.ts';
import { createSlackMessenger } from '../adapters/slack/messenger.ts';
import { deskNotes } from '../application/desk-notes.ts';
import type { Pace, PacedMessenger } from '../application/ports/pace.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { dynamoDb } from './dynamodb.ts';
import { openSlack, type SlackDoor } from './slack.ts';
import type { Base } from './start.ts';

/** Both channels, and Slack itself where the installation has it. */
export interface Doors {
  readonly slack: SlackDoor | undefined;
  /** Why Slack stays shut, where the installation has it but not the secret. */
  readonly slackTrouble?: InvalidInputError | undefined;
  readonly messengers: Readonly<Record<'slack' | 'email', PacedMessenger>>;
  /** One for all functions. */
  readonly pace: Pace;
}

/** Opens Slack and mail. @throws InvalidInputError BAD_SETTING while Slack's secret is not filled in */
export async function openDoors(base: Base): Promise<Doors> {
  return doorsWith(base, await openSlack(base));
}

/** As `openDoors`, for who has to say what is wrong: without its secret Slack stays shut, and mail goes. */
export async function openDoorsThatOpen(base: Base): Promise<Doors> {
  try {
    return await openDoors(base);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return { ...doorsWith(base, undefined), slackTrouble: error };
  }
}

/** A batch of five dockets on two channels waits no longer than its function runs. */
const PATIENCE_MS = 8000;

function doorsWith(base: Base, slack: SlackDoor | undefined): Doors {
  const mail = mailOf(base);
  const { reviewsTable } = base.settings;
  const notes = deskNotes(createReviewStore({ client: dynamoDb(), table: reviewsTable, clock: base.clock }));
  return {
    slack,
    messengers: {
      slack: slack ? createSlackMessenger({ client: slack.client, teamId: slack.teamId, notes }) : noSlack,
      email: createEmailMessenger({ ...mail, notes }),
    },
    pace: createChannelPace({
      book: createDynamoPaceBook({ client: dynamoDb(), table: reviewsTable }),
      quota: createMailQuota(mail.client, Date.now),
      wallClock: Date.now,
      patience: { maxMs: PATIENCE_MS, sleep: (ms) => setTimeout(ms) },
    }),
  };
}

const NO_SLACK = 'this installation has no Slack';
/** Stands where there is no Slack: notices take the other channel, with this reason. */
const noSlack: PacedMessenger = {
  channel: 'slack',
  ready: async () => ({ undeliverable: NO_SLACK }),
  send: async () => ({ outcome: 'undeliverable', reason: NO_SLACK }),
  revise: async () => undefined,
};

/** How mail leaves. */
export function mailOf({ installation }: Pick<Base, 'installation'>) {
  const { from, replyTo, configurationSet } = installation.mail;
  return { client: createSesClient({}), from, replyTo, configurationSet };
}
