// Posts to channels of the workspace. Nothing is posted where another organisation reads along.
import type { WebClient } from '@slack/web-api';
import * as z from 'zod';
import type { ChannelRole, Channels } from '../../application/ports/channels.ts';
import { UpstreamError } from '../../domain/errors.ts';
import { renderPost } from '../../presentation/slack/channel-post.ts';
import { platformErrorOf, upstreamFrom } from './upstream.ts';
import { blocksFor } from './wire.ts';

/** Event type of the metadata on every post. */
const POST_EVENT = 'countersign_post';

/** Refusals that an operator mends; the people themselves are told all the same. */
const REFUSALS: Readonly<Record<string, string>> = {
  channel_not_found: 'there is no such channel, or the app is not in it',
  not_in_channel: 'the app is not in the channel',
  is_archived: 'the channel is archived',
  restricted_action: 'the app may not post there',
  missing_scope: 'the app lacks a scope: install it again',
};

const Info = z.object({
  channel: z.object({
    is_ext_shared: z.boolean().optional(),
    is_pending_ext_shared: z.boolean().optional(),
    is_im: z.boolean().optional(),
    is_mpim: z.boolean().optional(),
  }),
});

/** The channels an installation names, by their ids. */
export function createSlackChannels({
  client,
  channels,
}: {
  readonly client: WebClient;
  readonly channels: Readonly<Partial<Record<ChannelRole, string | undefined>>>;
}): Channels {
  return {
    has: (role) => channels[role] !== undefined,
    async post(role, { postId, body, now, thread }) {
      const channel = thread?.channelId ?? channels[role];
      if (channel === undefined) return { refused: 'the installation names no such channel' };
      const { text, blocks } = renderPost(body, { now, timeZone: 'UTC' });
      return orRefused(async () => {
        const refused = await whyNot(client, channel);
        if (refused !== undefined) return { refused };
        const posted = await client.chat.postMessage({
          channel,
          ...(thread ? { thread_ts: thread.ts } : {}),
          text,
          blocks: blocksFor(blocks),
          link_names: false,
          unfurl_links: false,
          unfurl_media: false,
          metadata: { event_type: POST_EVENT, event_payload: { post_id: postId, purpose: body.purpose } },
        });
        if (!posted.ts) throw noTimestamp();
        return { providerId: `${posted.channel ?? channel}:${posted.ts}` };
      });
    },
  };
}

/** Asked every time: a channel may be shared later. https://docs.slack.dev/apis/slack-connect/ */
async function whyNot(client: WebClient, channel: string): Promise<string | undefined> {
  const { channel: info } = Info.parse(await client.conversations.info({ channel }));
  if (info.is_ext_shared || info.is_pending_ext_shared)
    return 'the channel is shared with another organisation';
  return info.is_im || info.is_mpim ? 'it is a direct message, not a channel' : undefined;
}

async function orRefused<T>(work: () => Promise<T>): Promise<T | { readonly refused: string }> {
  try {
    return await work();
  } catch (cause) {
    const error = platformErrorOf(cause) ?? '';
    if (Object.hasOwn(REFUSALS, error)) return { refused: REFUSALS[error] ?? error };
    throw cause instanceof UpstreamError ? cause : upstreamFrom('chat.postMessage', cause);
  }
}

function noTimestamp(): UpstreamError {
  return new UpstreamError({
    code: 'REJECTED',
    message: 'chat.postMessage: no ts',
    provider: 'slack',
    retryable: false,
  });
}
