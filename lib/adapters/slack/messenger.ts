// Messages to people by Slack direct message. Paced by the caller; obeys what Slack says.
import type { WebClient } from '@slack/web-api';
import type { DeskNote, DeskNotes } from '../../application/desk-notes.ts';
import type { OutboundMessage, SendResult } from '../../application/ports/messenger.ts';
import type { PacedMessenger } from '../../application/ports/pace.ts';
import { UpstreamError } from '../../domain/errors.ts';
import type { Person } from '../../domain/review/person.ts';
import { type Instant, plusDays } from '../../domain/time.ts';
import type { SlackMessage } from '../../presentation/slack/blocks.ts';
import { renderMessage } from '../../presentation/slack/message.ts';
import { undeliverableReason, upstreamFrom } from './upstream.ts';
import { blocksFor } from './wire.ts';

/** Event type of the metadata on every message we send. */
export const NOTICE_EVENT = 'countersign_notice';

/** After this many days a direct message is opened again: that is where Slack says that an account is deactivated. */
const REOPENED_AFTER_DAYS = 7;
/** People whose direct message is remembered in this process. */
const REMEMBERED = 10_000;

/** What the messenger is given. */
export interface SlackMessengerDeps {
  readonly client: WebClient;
  readonly teamId: string;
  /** Where direct messages are remembered. @default each is opened every time */
  readonly notes?: DeskNotes | undefined;
}

type Dm = NonNullable<DeskNote['dm']>;
type Opened = { readonly channel: string; readonly isKnown: boolean } | { readonly reason: string };

/**
 * The Slack channel to people. A direct message is opened before the first message and kept: chat.postMessage to a user id
 * would accept a deactivated account. `providerId` is `channel:ts`.
 * @throws UpstreamError from `send` and `revise` for anything but an unreachable person
 */
export function createSlackMessenger(deps: SlackMessengerDeps): PacedMessenger {
  const known = knownDms(deps.notes);
  return {
    channel: 'slack',
    async ready(to, now) {
      const reason = strangerTo(deps.teamId, to);
      if (reason !== undefined) return { undeliverable: reason };
      return { lane: (await known.find(to, now)) ? 'slack' : 'slack-first' };
    },
    send: (message) => send(deps, known, message),
    revise: (providerId, message) => revise(deps.client, providerId, message),
  };
}

/** Direct messages that need not be opened. */
interface KnownDms {
  find(to: Person, now: Instant): Promise<string | undefined>;
  /** As `find`, but who is remembered to have none is not looked up again. */
  recall(to: Person, now: Instant): Promise<string | undefined>;
  keep(to: Person, channel: string | undefined, now: Instant): Promise<void>;
}

function knownDms(notes: DeskNotes | undefined): KnownDms {
  const seen = new Map<string, Dm | undefined>();
  const remember = (personId: string, dm: Dm | undefined) => {
    if (seen.size >= REMEMBERED) seen.clear();
    seen.set(personId, dm);
  };
  const recall: KnownDms['recall'] = async ({ personId, slack, active }, now) => {
    if (!notes || !active) return undefined;
    if (!seen.has(personId)) remember(personId, (await notes.read(personId)).dm);
    const dm = seen.get(personId);
    const isFresh = dm?.userId === slack?.userId && dm && now < plusDays(dm.openedAt, REOPENED_AFTER_DAYS);
    return isFresh ? dm.channel : undefined;
  };
  return {
    recall,
    find(to, now) {
      // Another process may have opened it since.
      if (!seen.get(to.personId)) seen.delete(to.personId);
      return recall(to, now);
    },
    async keep({ personId, slack }, channel, now) {
      if (!notes || !slack) return;
      const dm = channel === undefined ? undefined : { userId: slack.userId, channel, openedAt: now };
      remember(personId, dm);
      await notes.note(personId, { dm });
    },
  };
}

function strangerTo(teamId: string, { slack }: Person): string | undefined {
  if (!slack) return 'no Slack account is known for this person';
  return slack.teamId === teamId ? undefined : 'the Slack account belongs to another workspace';
}

async function send(
  { client, teamId }: SlackMessengerDeps,
  known: KnownDms,
  message: OutboundMessage,
): Promise<SendResult> {
  const { to, now } = message;
  const reason = strangerTo(teamId, to);
  if (reason !== undefined) return { outcome: 'undeliverable', reason };
  const post = (channel: string) =>
    reach('chat.postMessage', () =>
      client.chat.postMessage(postOf(channel, renderMessage(message), message)),
    );
  const opened = await openFor(client, known, to, now);
  if ('reason' in opened) return { outcome: 'undeliverable', reason: opened.reason };
  let { channel } = opened;
  let posted = await post(channel);
  if ('reason' in posted && opened.isKnown) {
    // What was remembered may be out of date: Slack is asked where the person is now.
    await known.keep(to, undefined, now);
    const again = await openFor(client, known, to, now);
    if ('reason' in again) return { outcome: 'undeliverable', reason: again.reason };
    ({ channel } = again);
    posted = await post(channel);
  }
  if ('reason' in posted) return { outcome: 'undeliverable', reason: posted.reason };
  if (!posted.value.ts) throw unexpected('chat.postMessage', 'no ts');
  // Accepted for an active full member counts as delivered (process.md §4); for anyone else it does not.
  return {
    outcome: 'accepted',
    providerId: `${posted.value.channel ?? channel}:${posted.value.ts}`,
    delivered: to.active && to.fullMember,
  };
}

async function openFor(client: WebClient, known: KnownDms, to: Person, now: Instant): Promise<Opened> {
  const channel = await known.recall(to, now);
  if (channel !== undefined) return { channel, isKnown: true };
  const opened = await reach('conversations.open', () =>
    client.conversations.open({ users: to.slack?.userId ?? '' }),
  );
  if ('reason' in opened) return opened;
  const id = opened.value.channel?.id;
  if (!id) throw unexpected('conversations.open', 'no channel id');
  await known.keep(to, id, now);
  return { channel: id, isKnown: false };
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
