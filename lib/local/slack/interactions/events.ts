// Events the app subscribed to: a person opened its home tab, or wrote to it. Retried when not acknowledged, as Slack does.
import { createHash, randomBytes } from 'node:crypto';
import { RefusedError } from '../../../domain/errors.ts';
import type { Acknowledgement } from '../deliver.ts';
import { teamIdOf } from '../person.ts';
import { describeView } from '../web-api/views-methods.ts';
import { maySee, type WorkspaceCore } from '../workspace-core.ts';
import { type ActOutcome, gatherOutcome } from './outcome.ts';
import { actingPerson, verificationToken, wallTs } from './payloads.ts';

/** Slack tries again almost at once, after a minute and after five. */
const retryDelaysMs = [1000, 60_000, 300_000];
const retryReasons = {
  timeout: 'http_timeout',
  unreachable: 'connection_failed',
  status: 'http_error',
  'not-configured': 'unknown_error',
};

/** Opens the app's home tab: the app hears `app_home_opened`. @throws RefusedError when the person cannot act */
export async function openHome(core: WorkspaceCore, userId: string): Promise<ActOutcome> {
  const person = actingPerson(core, userId);
  const since = core.changes.revision();
  const home = core.views.home(userId);
  const acknowledgement = await sendEvent(core, teamIdOf(person, core.team), {
    type: 'app_home_opened',
    user: userId,
    channel: core.channels.direct([core.app.botUserId, userId]).channel.id,
    event_ts: wallTs(core),
    tab: 'home',
    ...(home ? { view: describeView(core, home) } : {}),
  });
  return gatherOutcome(core, userId, since, acknowledgement);
}

/** Writes a message as a person; the app hears `message` when it is in the conversation. */
export async function say(
  core: WorkspaceCore,
  userId: string,
  channelId: string,
  text: string,
  threadTs?: string,
): Promise<ActOutcome> {
  const person = actingPerson(core, userId);
  const since = core.changes.revision();
  const channel = core.channels.get(channelId);
  if (!channel || !maySee(core, userId, channelId) || channel.archived)
    throw new RefusedError({ code: 'NOT_FOUND', message: `${person.realName} cannot write to ${channelId}` });
  const message = {
    type: 'message' as const,
    user: userId,
    ts: core.timestamps.next(),
    text,
    team: teamIdOf(person, core.team),
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
  };
  core.messages.save(channelId, message);
  if (!channel.members.includes(core.app.botUserId) || !core.addresses.events)
    return gatherOutcome(core, userId, since, undefined);
  const acknowledgement = await sendEvent(core, message.team, {
    ...message,
    channel: channelId,
    channel_type: channel.kind === 'public' ? 'channel' : channel.kind === 'private' ? 'group' : channel.kind,
    event_ts: message.ts,
  });
  return gatherOutcome(core, userId, since, acknowledgement);
}

/** Asks the events address to prove it is the app's: it must answer with the challenge. */
export async function verifyEventsUrl(
  core: WorkspaceCore,
): Promise<{ readonly verified: boolean; readonly acknowledgement: Acknowledgement }> {
  const challenge = randomBytes(24).toString('base64url');
  const body = JSON.stringify({ token: verificationToken(core), challenge, type: 'url_verification' });
  const acknowledgement = await core.deliver({
    to: core.addresses.events,
    contentType: 'application/json',
    body,
  });
  return { verified: acknowledgement.ok && echoes(acknowledgement.body, challenge), acknowledgement };
}

function echoes(body: string, challenge: string): boolean {
  if (body.trim() === challenge) return true;
  try {
    return (JSON.parse(body) as { challenge?: unknown } | null)?.challenge === challenge;
  } catch {
    return new URLSearchParams(body).get('challenge') === challenge;
  }
}

async function sendEvent(
  core: WorkspaceCore,
  teamId: string,
  event: Record<string, unknown>,
): Promise<Acknowledgement> {
  const eventId = `Ev${createHash('sha256').update(randomBytes(16)).digest('hex').toUpperCase().slice(0, 10)}`;
  const body = JSON.stringify({
    token: verificationToken(core),
    team_id: teamId,
    api_app_id: core.app.id,
    event,
    type: 'event_callback',
    event_id: eventId,
    event_time: Math.floor(core.wallClockMs() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: core.team.id,
        user_id: core.app.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  });
  const send = (headers: Readonly<Record<string, string>>) =>
    core.deliver({ to: core.addresses.events, contentType: 'application/json', body, headers });
  const acknowledgement = await send({});
  if (acknowledgement.problem && acknowledgement.problem !== 'not-configured')
    retryLater(acknowledgement, send, 0);
  return acknowledgement;
}

function retryLater(
  failed: Acknowledgement,
  send: (headers: Readonly<Record<string, string>>) => Promise<Acknowledgement>,
  attempt: number,
): void {
  const delayMs = retryDelaysMs[attempt];
  if (delayMs === undefined) return;
  const headers = {
    'x-slack-retry-num': String(attempt + 1),
    'x-slack-retry-reason': retryReasons[failed.problem ?? 'status'],
  };
  const timer = setTimeout(() => {
    void send(headers).then((again) => (again.ok ? undefined : retryLater(again, send, attempt + 1)));
  }, delayMs);
  timer.unref();
}
