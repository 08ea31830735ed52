// conversations.*
import * as z from 'zod';
import { describeChannel, type SlackChannel } from '../message.ts';
import type { WorkspaceCore } from '../workspace-core.ts';
import { count, flag, list, type Method, pageOf, readArguments } from './arguments.ts';
import { SlackRefusal } from './slack-refusal.ts';

const kinds: Readonly<Record<string, SlackChannel['kind']>> = {
  public_channel: 'public',
  private_channel: 'private',
  im: 'im',
  mpim: 'mpim',
};
const maxPeople = 8;

/** The methods about conversations. */
export function conversationsMethods(core: WorkspaceCore): Readonly<Record<string, Method>> {
  return {
    'conversations.open': (args) => openConversation(core, args),
    'conversations.list': (args) => listConversations(core, args),
    'conversations.info': (args) => {
      const { channel } = readArguments(z.object({ channel: z.string() }), args);
      return { channel: describeChannel(visibleChannel(core, channel), core.app.botUserId) };
    },
    'conversations.history': (args) => readHistory(core, args),
  };
}

/** The conversation, if the app may know of it. @throws SlackRefusal `channel_not_found` */
export function visibleChannel(core: WorkspaceCore, id: string): SlackChannel {
  const channel = core.channels.get(id);
  if (!channel || (channel.kind !== 'public' && !channel.members.includes(core.app.botUserId)))
    throw new SlackRefusal('channel_not_found');
  return channel;
}

function openConversation(
  core: WorkspaceCore,
  args: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const asked = readArguments(
    z.object({ users: list.optional(), channel: z.string().optional(), return_im: flag.optional() }),
    args,
  );
  if (asked.channel !== undefined)
    return { no_op: true, already_open: true, channel: { id: visibleChannel(core, asked.channel).id } };
  const users = [...new Set(asked.users ?? [])];
  if (users.length === 0) throw new SlackRefusal('users_list_not_supplied');
  if (users.length > maxPeople) throw new SlackRefusal('too_many_users');
  const people = users.map((id) => core.people.get(id));
  if (people.includes(undefined)) throw new SlackRefusal('user_not_found');
  if (people.some((person) => person?.status === 'deactivated')) throw new SlackRefusal('user_disabled');
  if (people.some((person) => person?.kind === 'bot')) throw new SlackRefusal('cannot_dm_bot');
  const { channel, isNew } = core.channels.direct([core.app.botUserId, ...users]);
  return {
    ...(isNew ? {} : { no_op: true, already_open: true }),
    channel: asked.return_im ? describeChannel(channel, core.app.botUserId) : { id: channel.id },
  };
}

function listConversations(
  core: WorkspaceCore,
  args: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const asked = readArguments(
    z.object({
      types: list.optional(),
      exclude_archived: flag.optional(),
      cursor: z.string().optional(),
      limit: count.optional(),
    }),
    args,
  );
  const wanted = (asked.types ?? ['public_channel']).map((type) => kinds[type]);
  if (wanted.includes(undefined)) throw new SlackRefusal('invalid_types');
  const visible = core.channels
    .all()
    .filter((channel) => wanted.includes(channel.kind))
    .filter((channel) => channel.kind === 'public' || channel.members.includes(core.app.botUserId))
    .filter((channel) => !(asked.exclude_archived && channel.archived));
  const { items, nextCursor } = pageOf(visible, 'team', asked);
  return {
    channels: items.map((channel) => describeChannel(channel, core.app.botUserId)),
    response_metadata: { next_cursor: nextCursor },
  };
}

function readHistory(core: WorkspaceCore, args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const asked = readArguments(
    z.object({
      channel: z.string(),
      latest: z.string().optional(),
      oldest: z.string().optional(),
      inclusive: flag.optional(),
      limit: count.min(1).max(999).default(100),
      include_all_metadata: flag.optional(),
    }),
    args,
  );
  const channel = visibleChannel(core, asked.channel);
  if (!channel.members.includes(core.app.botUserId)) throw new SlackRefusal('not_in_channel');
  const within = core.messages
    .in(channel.id)
    .filter(({ message }) => !message.thread_ts || message.thread_ts === message.ts)
    .filter(({ ts }) => !asked.oldest || ts > asked.oldest || (asked.inclusive && ts === asked.oldest))
    .filter(({ ts }) => !asked.latest || ts < asked.latest || (asked.inclusive && ts === asked.latest))
    .reverse();
  return {
    messages: within.slice(0, asked.limit).map(({ message: { metadata, ...message } }) => ({
      ...message,
      ...(metadata && asked.include_all_metadata ? { metadata } : {}),
    })),
    has_more: within.length > asked.limit,
  };
}
