// Conversations and messages as the stand-in keeps them, and as the Web API shows them.
import * as z from 'zod';
import type { Block } from './block-kit/block.ts';

/** A conversation: a channel, or a direct message with the app (`im`) or with several people (`mpim`). */
export const SlackChannel = z.object({
  id: z.string(),
  kind: z.enum(['public', 'private', 'im', 'mpim']),
  name: z.string(),
  members: z.array(z.string()),
  archived: z.boolean(),
  createdAtSeconds: z.number(),
});
export type SlackChannel = z.infer<typeof SlackChannel>;

/** A message as sent over the wire. */
export const WireMessage = z.looseObject({
  type: z.literal('message'),
  ts: z.string(),
  user: z.string(),
  text: z.string(),
  team: z.string(),
  bot_id: z.string().optional(),
  app_id: z.string().optional(),
  thread_ts: z.string().optional(),
  blocks: z.array(z.custom<Block>((block) => typeof block === 'object' && block !== null)).optional(),
  metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional(),
  edited: z.object({ user: z.string(), ts: z.string() }).optional(),
});
export type WireMessage = z.infer<typeof WireMessage>;

/** A message with its place: `onlyFor` is set when it is ephemeral, shown to that person alone and never kept. */
export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly message: WireMessage;
  readonly onlyFor?: string;
  /** Grows with every change anywhere in the workspace. */
  readonly revision: number;
}

/** The `channel` object of conversations.list and conversations.open. */
export function describeChannel(channel: SlackChannel, botUserId: string): Record<string, unknown> {
  if (channel.kind === 'im') {
    return {
      id: channel.id,
      created: channel.createdAtSeconds,
      is_im: true,
      is_archived: channel.archived,
      is_org_shared: false,
      user: channel.members.find((member) => member !== botUserId) ?? botUserId,
      is_open: true,
    };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    created: channel.createdAtSeconds,
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_im: false,
    is_mpim: channel.kind === 'mpim',
    is_private: channel.kind !== 'public',
    is_archived: channel.archived,
    is_general: false,
    is_member: channel.members.includes(botUserId),
    num_members: channel.members.length,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}
