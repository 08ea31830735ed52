// chat.*
import * as z from 'zod';
import type { Block } from '../block-kit/block.ts';
import { checkMessageBlocks } from '../block-kit/check-blocks.ts';
import { completeIds } from '../block-kit/complete-ids.ts';
import type { SlackChannel, SlackMessage, WireMessage } from '../message.ts';
import type { WorkspaceCore } from '../workspace-core.ts';
import { type Method, nested, readArguments } from './arguments.ts';
import { visibleChannel } from './conversations-methods.ts';
import { SlackRefusal } from './slack-refusal.ts';

const maxTextLength = 40_000;

const Metadata = z.object({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.unknown()),
});

const Content = z.object({
  text: z.string().optional(),
  blocks: nested('invalid_blocks_format').optional(),
  metadata: nested('invalid_metadata_format').optional(),
  attachments: nested('invalid_attachments').optional(),
});
const Post = Content.extend({ channel: z.string(), thread_ts: z.string().optional() });

/** What a message says, checked. */
export interface MessageContent {
  readonly text: string;
  readonly blocks?: readonly Block[];
  readonly metadata?: z.infer<typeof Metadata>;
}

/** The methods about messages. */
export function chatMethods(core: WorkspaceCore): Readonly<Record<string, Method>> {
  return {
    'chat.postMessage': (args) => {
      const asked = readArguments(Post, args);
      const channel = writableChannel(core, asked.channel);
      const stored = postMessage(core, channel.id, readContent(asked), {
        threadTs: readThread(asked.thread_ts),
      });
      return { channel: channel.id, ts: stored.ts, message: stored.message };
    },
    'chat.postEphemeral': (args) => {
      const asked = readArguments(Post.extend({ user: z.string() }), args);
      const channel = writableChannel(core, asked.channel);
      if (!channel.members.includes(asked.user)) throw new SlackRefusal('user_not_in_channel');
      const placing = { threadTs: readThread(asked.thread_ts), onlyFor: asked.user };
      return { message_ts: postMessage(core, channel.id, readContent(asked), placing).ts };
    },
    'chat.update': (args) => updateByApp(core, args),
    'chat.delete': (args) => {
      const { channel, ts } = readArguments(z.object({ channel: z.string(), ts: z.string() }), args);
      const stored = ownMessage(core, channel, ts, 'cant_delete_message');
      core.messages.remove(stored.channel, stored.ts);
      return { channel: stored.channel, ts };
    },
    'chat.getPermalink': (args) => {
      const asked = readArguments(z.object({ channel: z.string(), message_ts: z.string() }), args);
      const channel = visibleChannel(core, asked.channel);
      if (!core.messages.get(channel.id, asked.message_ts)) throw new SlackRefusal('message_not_found');
      return {
        channel: channel.id,
        permalink: `${core.pageUrl()}/archives/${channel.id}/p${asked.message_ts.replace('.', '')}`,
      };
    },
  };
}

/** Stores a message of the app's. */
export function postMessage(
  core: WorkspaceCore,
  channel: string,
  content: MessageContent,
  placing: { readonly threadTs?: string | undefined; readonly onlyFor?: string | undefined } = {},
): SlackMessage {
  const ts = core.timestamps.next();
  const message: WireMessage = {
    type: 'message',
    user: core.app.botUserId,
    ts,
    bot_id: core.app.botId,
    app_id: core.app.id,
    text: content.text,
    team: core.team.id,
    ...(content.blocks ? { blocks: [...completeIds(content.blocks, `${channel} ${ts}`)] } : {}),
    ...(content.metadata ? { metadata: content.metadata } : {}),
    ...(placing.threadTs ? { thread_ts: placing.threadTs } : {}),
  };
  return core.messages.save(channel, message, placing.onlyFor);
}

/** Replaces what a message of the app's says; without blocks given, its blocks stay, as chat.update documents. */
export function rewriteMessage(
  core: WorkspaceCore,
  stored: SlackMessage,
  content: MessageContent,
): SlackMessage {
  const { blocks, metadata } = content;
  const edited = { user: core.app.botId, ts: core.timestamps.next() };
  return core.messages.save(
    stored.channel,
    {
      ...stored.message,
      text: content.text,
      edited,
      ...(blocks ? { blocks: [...completeIds(blocks, `${stored.channel} ${edited.ts}`)] } : {}),
      ...(metadata ? { metadata } : {}),
    },
    stored.onlyFor,
  );
}

/** Checks what a message is to say. @throws SlackRefusal as Slack would refuse it */
export function readContent(args: Readonly<Record<string, unknown>>): MessageContent {
  const { text = '', blocks, metadata, attachments } = readArguments(Content, args);
  // Attachments are Slack's legacy; the stand-in does not show them and says so.
  if (Array.isArray(attachments) ? attachments.length > 0 : attachments !== undefined)
    throw new SlackRefusal('invalid_attachments', ['[ERROR] attachments are not supported here; use blocks']);
  if (text === '' && !(Array.isArray(blocks) && blocks.length > 0)) throw new SlackRefusal('no_text');
  if (text.length > maxTextLength) throw new SlackRefusal('msg_too_long');
  return { text, ...readBlocks(blocks), ...readMetadata(metadata) };
}

function readBlocks(blocks: unknown): Pick<MessageContent, 'blocks'> {
  if (blocks === undefined) return {};
  const verdict = checkMessageBlocks(blocks);
  if (verdict.error) throw new SlackRefusal(verdict.error, verdict.messages);
  return { blocks: blocks as readonly Block[] };
}

function readMetadata(metadata: unknown): Pick<MessageContent, 'metadata'> {
  if (metadata === undefined) return {};
  const parsed = Metadata.safeParse(metadata);
  if (!parsed.success) throw new SlackRefusal('invalid_metadata_format');
  return { metadata: parsed.data };
}

function updateByApp(core: WorkspaceCore, args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const asked = readArguments(Post.extend({ ts: z.string() }), args);
  const stored = ownMessage(core, asked.channel, asked.ts, 'cant_update_message');
  const { message } = rewriteMessage(core, stored, readContent(asked));
  return { channel: stored.channel, ts: stored.ts, text: message.text, message };
}

/** A channel to write to. A person's id means their direct message with the app, even when they were deactivated. */
function writableChannel(core: WorkspaceCore, id: string): SlackChannel {
  const person = core.people.get(id);
  const channel = person
    ? core.channels.direct([core.app.botUserId, person.id]).channel
    : visibleChannel(core, id);
  if (channel.archived) throw new SlackRefusal('is_archived');
  if (!channel.members.includes(core.app.botUserId)) throw new SlackRefusal('not_in_channel');
  return channel;
}

function ownMessage(core: WorkspaceCore, channelId: string, ts: string, otherwise: string): SlackMessage {
  const stored = core.messages.get(visibleChannel(core, channelId).id, ts);
  // The Web API cannot reach ephemeral messages; only their response url can.
  if (!stored || stored.onlyFor) throw new SlackRefusal('message_not_found');
  if (stored.message.bot_id !== core.app.botId) throw new SlackRefusal(otherwise);
  return stored;
}

function readThread(threadTs: string | undefined): string | undefined {
  if (threadTs !== undefined && !/^\d{1,12}\.\d{6}$/.test(threadTs))
    throw new SlackRefusal('invalid_thread_ts');
  return threadTs;
}
