// What every part of the stand-in works on.

import type { Changes } from './changes.ts';
import type { Channels } from './channels.ts';
import type { Address, Deliver } from './deliver.ts';
import type { Faults } from './faults.ts';
import type { Messages } from './messages.ts';
import type { Pace } from './pace.ts';
import type { People } from './people.ts';
import type { SlackPerson, SlackTeam } from './person.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Timestamps } from './timestamps.ts';
import type { TriggerIds } from './trigger-ids.ts';
import type { Views } from './views.ts';

/** The one app installed in the workspace. */
export interface SlackApp {
  readonly id: string;
  readonly name: string;
  readonly botId: string;
  readonly botUserId: string;
  readonly commands: readonly SlashCommand[];
  readonly shortcuts: readonly MessageShortcut[];
}

/** A slash command the app registered. */
export interface SlashCommand {
  readonly command: string;
  readonly description: string;
  readonly usageHint?: string;
}

/** An entry in a message's "more actions" menu, or one that can be used from anywhere. */
export interface MessageShortcut {
  readonly callbackId: string;
  readonly name: string;
  /** @default 'message' */
  readonly type?: 'global' | 'message';
}

/** The workspace's insides, shared by the Web API, the interactions and the page. */
export interface WorkspaceCore {
  readonly team: SlackTeam;
  readonly app: SlackApp;
  readonly botToken: string;
  readonly people: People;
  readonly channels: Channels;
  readonly messages: Messages;
  readonly views: Views;
  readonly changes: Changes;
  readonly timestamps: Timestamps;
  readonly triggerIds: TriggerIds;
  readonly responseUrls: ResponseUrls;
  readonly faults: Faults;
  readonly pace: Pace;
  readonly deliver: Deliver;
  readonly addresses: Readonly<Record<'interactivity' | 'events' | 'commands', Address | undefined>>;
  /** Warnings next to elements, by `user channel ts block action`. */
  readonly warnings: Map<string, string>;
  /** What each person picked in messages but the app has not consumed, by `user channel ts`. */
  readonly picked: Map<
    string,
    Readonly<Record<string, Readonly<Record<string, string | readonly string[] | null>>>>
  >;
  readonly wallClockMs: () => number;
  /** The address of the page, known once the server listens. */
  readonly pageUrl: () => string;
}

/** The app's own account, a bot. */
export function botPerson(app: SlackApp): SlackPerson {
  return {
    id: app.botUserId,
    handle: app.name.toLowerCase().replaceAll(/[^a-z0-9_.-]/g, '-'),
    realName: app.name,
    timeZone: 'Etc/UTC',
    status: 'active',
    kind: 'bot',
    admin: false,
  };
}

/** Whether a person may see a conversation: members may; full members also see public channels. */
export function maySee(core: WorkspaceCore, user: string, channelId: string): boolean {
  const channel = core.channels.get(channelId);
  if (!channel) return false;
  const person = core.people.get(user);
  return channel.members.includes(user) || (channel.kind === 'public' && person?.kind === 'member');
}
