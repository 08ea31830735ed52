// Look-ups over people and teams, all by key.
import type { Person, Team } from './person.ts';

/** An immutable view of the organisation at one moment. */
export interface Directory {
  person(personId: string): Person | undefined;
  byEmail(email: string): Person | undefined;
  bySlack(teamId: string, userId: string): Person | undefined;
  byAwsPrincipal(arn: string): Person | undefined;
  /** By id, name or alias, ignoring case. */
  team(name: string): Team | undefined;
  teamsOf(personId: string): readonly Team[];
  managerOf(personId: string): Person | undefined;
  everyone(): readonly Person[];
  teams(): readonly Team[];
}

/** Builds a directory. Two people with one e-mail or Slack user are both dropped from that look-up: ambiguity never decides. */
export function directoryOf(people: readonly Person[], teams: readonly Team[]): Directory {
  const byId = new Map(people.map((person) => [person.personId, person]));
  const byEmail = uniqueIndex(people, (person) => [person.email.toLowerCase()]);
  const bySlack = uniqueIndex(people, (person) =>
    person.slack ? [`${person.slack.teamId}/${person.slack.userId}`] : [],
  );
  const byAws = uniqueIndex(people, (person) => person.awsPrincipals);
  const byTeamName = uniqueIndex(teams, (team) => [
    ...new Set([team.teamId, team.name, ...team.aliases].map((name) => name.toLowerCase())),
  ]);
  const memberships = new Map<string, Team[]>();
  for (const team of teams) {
    for (const memberId of new Set([...team.memberIds, team.accountableId])) {
      memberships.set(memberId, [...(memberships.get(memberId) ?? []), team]);
    }
  }
  return {
    person: (personId) => byId.get(personId),
    byEmail: (email) => byEmail.get(email.toLowerCase()),
    bySlack: (teamId, userId) => bySlack.get(`${teamId}/${userId}`),
    byAwsPrincipal: (arn) => byAws.get(arn),
    team: (name) => byTeamName.get(name.toLowerCase()),
    teamsOf: (personId) => memberships.get(personId) ?? [],
    managerOf: (personId) => byId.get(byId.get(personId)?.managerId ?? ''),
    everyone: () => people,
    teams: () => teams,
  };
}

function uniqueIndex<T>(entries: readonly T[], keysOf: (entry: T) => readonly string[]): Map<string, T> {
  const index = new Map<string, T>();
  const ambiguous = new Set<string>();
  for (const entry of entries) {
    for (const key of keysOf(entry)) {
      if (index.has(key)) ambiguous.add(key);
      index.set(key, entry);
    }
  }
  for (const key of ambiguous) index.delete(key);
  return index;
}
