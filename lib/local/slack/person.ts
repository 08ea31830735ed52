// The people of the workspace, and how the Web API describes them.
import * as z from 'zod';

/** A person of the stand-in workspace. `kind` says what Slack would say of the account. */
export const SlackPerson = z.object({
  id: z.string().regex(/^[UW][A-Z0-9]{2,20}$/),
  handle: z.string().min(1).max(80),
  realName: z.string().min(1).max(160),
  email: z.email().optional(),
  title: z.string().max(160).optional(),
  timeZone: z.string().default('Etc/UTC'),
  status: z.enum(['active', 'deactivated']).default('active'),
  kind: z.enum(['member', 'guest', 'single-channel-guest', 'stranger', 'bot']).default('member'),
  admin: z.boolean().default(false),
});
export type SlackPerson = z.infer<typeof SlackPerson>;
/** What one writes down to seed a person: everything but id, handle and name has a default. */
export type SlackPersonSeed = z.input<typeof SlackPerson>;

/** The workspace a person belongs to unless they are a stranger from a connected one. */
export interface SlackTeam {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
}

const strangerTeamId = 'T0STRANGERS';

/** The team a person's payloads carry: a stranger (Slack Connect) comes from another one. */
export function teamIdOf(person: SlackPerson, team: SlackTeam): string {
  return person.kind === 'stranger' ? strangerTeamId : team.id;
}

/** The `user` object of users.info, users.list and users.lookupByEmail. A stranger's address is not shown. */
export function describeUser(person: SlackPerson, team: SlackTeam): Record<string, unknown> {
  const stranger = person.kind === 'stranger';
  const guest = person.kind === 'guest' || person.kind === 'single-channel-guest';
  return {
    id: person.id,
    team_id: teamIdOf(person, team),
    name: person.handle,
    deleted: person.status === 'deactivated',
    real_name: person.realName,
    ...(person.status === 'active' ? { tz: person.timeZone } : {}),
    profile: {
      title: person.title ?? '',
      real_name: person.realName,
      real_name_normalized: person.realName,
      display_name: person.handle,
      display_name_normalized: person.handle,
      ...(person.email && !stranger ? { email: person.email } : {}),
      team: teamIdOf(person, team),
    },
    is_admin: person.admin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: guest,
    is_ultra_restricted: person.kind === 'single-channel-guest',
    is_bot: person.kind === 'bot',
    is_app_user: false,
    ...(stranger ? { is_stranger: true } : {}),
    is_email_confirmed: true,
    updated: 0,
  };
}
