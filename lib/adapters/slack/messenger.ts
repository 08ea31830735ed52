// Messages to people by Slack direct message. Paced by the caller; obeys what Slack says.
import type { WebClient } from '@slack/web-api';
import type { Messenger, OutboundMessage, SendResult } from '../../application/ports/messenger.ts';
import { UpstreamError } from '../../domain/errors.ts';
import type { SlackMessage } from '../../presentation/slack/blocks.ts';
import { renderMessage } from '../../presentation/slack/message.ts';
import { undeliverableReason, upstreamFrom } from './upstream.ts';
import { blocksFor } from './wire.ts';

/** Event type of the metadata on every message we send. */
export const NOTICE_EVENT = 'countersign_notice';

/**
 * The Slack channel to people. `send` opens the direct message each time, since that is where Slack says that an account
 * is deactivated: chat.postMessage to a user id would accept it. `providerId` is `channel:ts`.
 * @throws UpstreamError from `send` and `revise` for anything but an unreachable person
 */
export function createSlackMessenger(deps: {
  readonly client: WebClient;
  readonly teamId: string;
}): Messenger {
  return {
    channel: 'slack',
    send: (message) => send(deps, message),
    revise: (providerId, message) => revise(deps.client, providerId, message),
  };
}

async function send(
  { client, teamId }: { readonly client: WebClient; readonly teamId: string },
  message: OutboundMessage,
): Promise<SendResult> {
  const { to } = message;
  if (!to.slack) return { outcome: 'undeliverable', reason: 'no Slack account is known for this person' };
  if (to.slack.teamId !== teamId) {
    return { outcome: 'undeliverable', reason: 'the Slack account belongs to another workspace' };
  }
  const opened = await reach('conversations.open', () =>
    client.conversations.open({ users: to.slack?.userId ?? '' }),
  );
  if ('reason' in opened) return { outcome: 'undeliverable', reason: opened.reason };
  const channel = opened.value.channel?.id;
  if (!channel) throw unexpected('conversations.open', 'no channel id');
  const posted = await reach('chat.postMessage', () =>
    client.chat.postMessage(postOf(channel, renderMessage(message), message)),
  );
  if ('reason' in posted) return { outcome: 'undeliverable', reason: posted.reason };
  if (!posted.value.ts) throw unexpected('chat.postMessage', 'no ts');
  // Accepted for an active full member counts as delivered (process.md §4); for anyone else it does not.
  return {
    outcome: 'accepted',
    providerId: `${posted.value.channel ?? channel}:${posted.value.ts}`,
    delivered: to.active && to.fullMember,
  };
}

function postOf(channel: string, { text, blocks }: SlackMessage, { noticeId, body }: OutboundMessage) {
  return {
    channel,
    text,
    blocks: blocksFor(blocks),
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: NOTICE_EVENT, event_payload: { notice_id: noticeId, purpose: body.purpose } },
  };
}

async function revise(client: WebClient, providerId: string, message: OutboundMessage): Promise<void> {
  const [channel, ts, ...rest] = providerId.split(':');
  if (!channel || !ts || rest.length > 0)
    throw unexpected('chat.update', 'a provider id that is not channel:ts');
  const { text, blocks } = renderMessage(message);
  try {
    await client.chat.update({ channel, ts, text, blocks: blocksFor(blocks) });
  } catch (cause) {
    throw upstreamFrom('chat.update', cause);
  }
}

async function reach<T>(
  method: string,
  call: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly reason: string }> {
  try {
    return { value: await call() };
  } catch (cause) {
    const reason = undeliverableReason(cause);
    if (reason !== undefined) return { reason };
    throw upstreamFrom(method, cause);
  }
}

function unexpected(method: string, what: string): UpstreamError {
  const message = `${method}: ${what}`;
  return new UpstreamError({ code: 'REJECTED', message, provider: 'slack', retryable: false });
}
