// users.* and auth.test.
import * as z from 'zod';
import { describeUser } from '../person.ts';
import { botPerson, type WorkspaceCore } from '../workspace-core.ts';
import { count, type Method, pageOf, readArguments } from './arguments.ts';
import { SlackRefusal } from './slack-refusal.ts';

/** The methods about people, and about who the app is. */
export function usersMethods(core: WorkspaceCore): Readonly<Record<string, Method>> {
  const everyone = () => [botPerson(core.app), ...core.people.all()];
  return {
    'auth.test': () => ({
      url: `${core.pageUrl()}/`,
      team: core.team.name,
      user: botPerson(core.app).handle,
      team_id: core.team.id,
      user_id: core.app.botUserId,
      bot_id: core.app.botId,
      is_enterprise_install: false,
    }),
    'users.list': (args) => {
      const asked = readArguments(z.object({ cursor: z.string().optional(), limit: count.optional() }), args);
      const { items, nextCursor } = pageOf(everyone(), 'user', asked);
      return {
        members: items.map((person) => describeUser(person, core.team)),
        cache_ts: Math.floor(core.wallClockMs() / 1000),
        response_metadata: { next_cursor: nextCursor },
      };
    },
    'users.info': (args) => {
      const { user } = readArguments(z.object({ user: z.string() }), args);
      const person = everyone().find(({ id }) => id === user);
      if (!person) throw new SlackRefusal('user_not_found');
      return { user: describeUser(person, core.team) };
    },
    'users.lookupByEmail': (args) => {
      const { email } = readArguments(z.object({ email: z.string() }), args);
      const person = core.people.byEmail(email);
      // Deactivated people and strangers are not found by address.
      if (!person || person.kind === 'stranger') throw new SlackRefusal('users_not_found');
      return { user: describeUser(person, core.team) };
    },
  };
}
