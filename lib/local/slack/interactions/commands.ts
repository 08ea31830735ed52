// A person runs a slash command or a message shortcut.
import { RefusedError } from '../../../domain/errors.ts';
import type { Acknowledgement } from '../deliver.ts';
import { teamIdOf } from '../person.ts';
import { maySee, type WorkspaceCore } from '../workspace-core.ts';
import { type ActOutcome, gatherOutcome } from './outcome.ts';
import {
  actingPerson,
  channelName,
  interaction,
  payloadBase,
  verificationToken,
  wallTs,
} from './payloads.ts';
import { answerPerson } from './respond.ts';

/** Runs a slash command in a conversation (default: the person's direct message with the app). */
export async function runCommand(
  core: WorkspaceCore,
  userId: string,
  command: string,
  text = '',
  channelId?: string,
): Promise<ActOutcome> {
  const person = actingPerson(core, userId);
  const since = core.changes.revision();
  const channel = channelId ?? core.channels.direct([core.app.botUserId, userId]).channel.id;
  if (!maySee(core, userId, channel))
    throw new RefusedError({ code: 'NOT_FOUND', message: `${channel} is not visible to ${userId}` });
  if (!core.app.commands.some((known) => known.command === command))
    return gatherOutcome(core, userId, since, undefined, `${command} is not a valid command.`);
  const teamId = teamIdOf(person, core.team);
  const form = new URLSearchParams({
    token: verificationToken(core),
    team_id: teamId,
    team_domain: core.team.domain,
    channel_id: channel,
    channel_name: channelName(core, channel),
    user_id: userId,
    user_name: person.handle,
    command,
    text,
    api_app_id: core.app.id,
    is_enterprise_install: 'false',
    response_url: core.responseUrls.issue({ user: userId, channel }),
    trigger_id: core.triggerIds.issue(userId),
  });
  const acknowledgement = await core.deliver({
    to: core.addresses.commands,
    contentType: 'application/x-www-form-urlencoded',
    body: form.toString(),
  });
  const failure = acknowledgement.ok
    ? answerInBody(core, userId, channel, acknowledgement)
    : failureOf(acknowledgement);
  const warning = failure === undefined ? undefined : `${command} failed with the error “${failure}”`;
  return gatherOutcome(core, userId, since, acknowledgement, warning);
}

/** Runs a shortcut of the app: on a message the person sees (`message_action`), or from anywhere (`shortcut`). */
export async function runShortcut(
  core: WorkspaceCore,
  userId: string,
  callbackId: string,
  target?: { readonly channel: string; readonly ts: string },
): Promise<ActOutcome> {
  if (!target) return runGlobalShortcut(core, userId, callbackId);
  const person = actingPerson(core, userId);
  const since = core.changes.revision();
  const stored = maySee(core, userId, target.channel)
    ? core.messages.get(target.channel, target.ts)
    : undefined;
  if (!stored || !core.app.shortcuts.some((known) => known.callbackId === callbackId))
    throw new RefusedError({
      code: 'NOT_FOUND',
      message: `no shortcut ${callbackId} on message ${target.channel} ${target.ts}`,
    });
  const acknowledgement = await core.deliver(
    interaction(core, {
      type: 'message_action',
      ...payloadBase(core, person),
      callback_id: callbackId,
      trigger_id: core.triggerIds.issue(userId),
      action_ts: wallTs(core),
      message_ts: stored.ts,
      message: stored.message,
      channel: { id: stored.channel, name: channelName(core, stored.channel) },
      response_url: core.responseUrls.issue({ user: userId, channel: stored.channel, ts: stored.ts }),
    }),
  );
  return gatherOutcome(core, userId, since, acknowledgement);
}

async function runGlobalShortcut(
  core: WorkspaceCore,
  userId: string,
  callbackId: string,
): Promise<ActOutcome> {
  const person = actingPerson(core, userId);
  const since = core.changes.revision();
  const known = core.app.shortcuts.some((each) => each.callbackId === callbackId && each.type === 'global');
  if (!known) throw new RefusedError({ code: 'NOT_FOUND', message: `no shortcut ${callbackId}` });
  const acknowledgement = await core.deliver(
    interaction(core, {
      type: 'shortcut',
      ...payloadBase(core, person),
      callback_id: callbackId,
      trigger_id: core.triggerIds.issue(userId),
      action_ts: wallTs(core),
    }),
  );
  return gatherOutcome(core, userId, since, acknowledgement);
}

/** A command may be answered in the acknowledgement itself, as text or as a message. */
function answerInBody(
  core: WorkspaceCore,
  user: string,
  channel: string,
  { body }: Acknowledgement,
): string | undefined {
  if (body.trim() === '') return undefined;
  const message = body.trimStart().startsWith('{') ? parseJson(body) : { text: body };
  const refused =
    message === undefined ? 'invalid_command_response' : answerPerson(core, { user, channel }, message);
  return refused === undefined ? undefined : 'invalid_command_response';
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function failureOf({ problem, status }: Acknowledgement): string {
  if (problem === 'timeout') return 'operation_timeout';
  return problem === 'status' ? `http_error_${status}` : 'dispatch_failed';
}
