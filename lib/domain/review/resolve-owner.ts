// Turning an owner as found in a tag or a file into a person or team of the directory. What was found is attacker-
// controlled: only the directory decides who it is, and ambiguity resolves to nobody.
import type { Instant } from '../time.ts';
import type { Directory } from './directory.ts';
import type { Person, Team } from './person.ts';

/** What a name found somewhere stands for. */
export type ResolvedOwner =
  | { readonly kind: 'person'; readonly person: Person }
  | { readonly kind: 'team'; readonly team: Team };

/** Whether the person is with the organisation at `now`. */
export function isHere(person: Person, now: Instant): boolean {
  return person.active && (person.leftAt === undefined || person.leftAt > now);
}

/** Whether the person may review at all: here, and a full member. */
export function mayReview(person: Person, now: Instant): boolean {
  return isHere(person, now) && person.fullMember;
}

/**
 * Resolves an e-mail address (case ignored, `Name <address>` too), an AWS principal, a person id, a team's id, name or
 * alias, a CODEOWNERS `@org/team` or `@person`, or a catalog reference (`group:default/team`, `user:person`).
 */
export function resolveOwner(found: string, directory: Directory): ResolvedOwner | undefined {
  const value = addressIn(found.trim());
  if (value.startsWith('arn:')) return personOr(directory.byAwsPrincipal(value));
  if (value.includes('@') && !value.startsWith('@')) {
    return personOr(directory.byEmail(value)) ?? teamOr(directory.team(value));
  }
  for (const name of namesIn(value)) {
    const resolved = personOr(directory.person(name.toLowerCase())) ?? teamOr(directory.team(name));
    if (resolved) return resolved;
  }
  return undefined;
}

/** The members of a team in the order they are asked: accountable person, backup, then the others. */
export function membersInOrder(team: Team, directory: Directory): readonly Person[] {
  const ids = [
    team.accountableId,
    ...(team.backupId === undefined ? [] : [team.backupId]),
    ...team.memberIds,
  ];
  return [...new Set(ids)].flatMap((id) => directory.person(id) ?? []);
}

/** Whether the person belongs to the team. */
export function isMember(team: Team, personId: string): boolean {
  return team.accountableId === personId || team.backupId === personId || team.memberIds.includes(personId);
}

function addressIn(text: string): string {
  return /<([^<>\s]+@[^<>\s]+)>$/.exec(text)?.[1] ?? text.replace(/^mailto:/i, '');
}

function namesIn(value: string): readonly string[] {
  const bare = value.replace(/^(group|user|team):/i, '').replace(/^@/, '');
  const last = bare.slice(bare.lastIndexOf('/') + 1);
  return last === bare ? [bare] : [bare, last];
}

function personOr(person: Person | undefined): ResolvedOwner | undefined {
  return person && { kind: 'person', person };
}

function teamOr(team: Team | undefined): ResolvedOwner | undefined {
  return team && { kind: 'team', team };
}
