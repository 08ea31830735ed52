// How people are written to from functions: Slack and mail.
import { createEmailMessenger, createSesClient } from '../adapters/ses/email-messenger.ts';
import { createSlackMessenger } from '../adapters/slack/messenger.ts';
import type { Messenger } from '../application/ports/messenger.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { openSlack, type SlackDoor } from './slack.ts';
import type { Base } from './start.ts';

/** Both channels, and Slack itself where the installation has it. */
export interface Doors {
  readonly slack: SlackDoor | undefined;
  /** Why Slack stays shut, where the installation has it but not the secret. */
  readonly slackTrouble?: InvalidInputError | undefined;
  readonly messengers: Readonly<Record<'slack' | 'email', Messenger>>;
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

function doorsWith(base: Base, slack: SlackDoor | undefined): Doors {
  return {
    slack,
    messengers: {
      slack: slack ? createSlackMessenger({ client: slack.client, teamId: slack.teamId }) : noSlack,
      email: createEmailMessenger(mailOf(base)),
    },
  };
}

/** Stands where there is no Slack: notices take the other channel, with this reason. */
const noSlack: Messenger = {
  channel: 'slack',
  send: async () => ({ outcome: 'undeliverable', reason: 'this installation has no Slack' }),
  revise: async () => undefined,
};

/** How mail leaves. */
export function mailOf({ installation }: Pick<Base, 'installation'>) {
  const { from, replyTo, configurationSet } = installation.mail;
  return { client: createSesClient({}), from, replyTo, configurationSet };
}
