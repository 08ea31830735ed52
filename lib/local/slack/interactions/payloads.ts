// The parts every payload to the app shares, in the shapes Slack sends (docs.slack.dev/reference/interaction-payloads).
import { createHash } from 'node:crypto';
import { RefusedError } from '../../../domain/errors.ts';
import type { Delivery } from '../deliver.ts';
import { type SlackPerson, teamIdOf } from '../person.ts';
import type { WorkspaceCore } from '../workspace-core.ts';

/** The person, if they can act at all. @throws RefusedError NOT_FOUND, NOT_ELIGIBLE */
export function actingPerson(core: WorkspaceCore, userId: string): SlackPerson {
  const person = core.people.get(userId);
  if (!person) throw new RefusedError({ code: 'NOT_FOUND', message: `nobody in the workspace is ${userId}` });
  if (person.status === 'deactivated')
    throw new RefusedError({
      code: 'NOT_ELIGIBLE',
      message: `${person.realName}'s account is deactivated: they cannot sign in`,
    });
  return person;
}

/** `team`, `user`, `api_app_id`, `token` and the rest that opens every interaction payload. */
export function payloadBase(core: WorkspaceCore, person: SlackPerson): Record<string, unknown> {
  const teamId = teamIdOf(person, core.team);
  return {
    team: { id: teamId, domain: person.kind === 'stranger' ? 'strangers' : core.team.domain },
    user: { id: person.id, username: person.handle, name: person.handle, team_id: teamId },
    api_app_id: core.app.id,
    token: verificationToken(core),
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** Slack's deprecated fixed token, which no app should trust any more. */
export function verificationToken(core: WorkspaceCore): string {
  return createHash('sha256').update(`verification ${core.app.id}`).digest('base64url').slice(0, 24);
}

/** An interaction as Slack posts it: a form with one field, `payload`. */
export function interaction(core: WorkspaceCore, payload: Record<string, unknown>): Delivery {
  return {
    to: core.addresses.interactivity,
    contentType: 'application/x-www-form-urlencoded',
    body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
  };
}

/** A moment as Slack writes it in actions and events. */
export function wallTs(core: WorkspaceCore): string {
  return (core.wallClockMs() / 1000).toFixed(6);
}

/** The name payloads carry for a conversation. */
export function channelName(core: WorkspaceCore, channelId: string): string {
  const channel = core.channels.get(channelId);
  return channel?.kind === 'private' ? 'privategroup' : (channel?.name ?? 'directmessage');
}
