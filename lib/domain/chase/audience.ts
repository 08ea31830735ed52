// The people a rung speaks to, and as what: the reviewer, backups of what is asked about, managers, the fallback, security.
import type { Audience, Definition } from '../campaign/definition.ts';
import type { OwnerClaim } from '../identity/ownership.ts';
import { owningClaims, owningTeams } from '../review/capacity.ts';
import type { Directory } from '../review/directory.ts';
import type { ToldAs } from '../review/docket.ts';
import type { Person } from '../review/person.ts';
import { isHere, mayReview, membersInOrder, resolveOwner } from '../review/resolve-owner.ts';
import type { Instant } from '../time.ts';

/** As what the people of an audience are told: members of an owning team may answer, like its backup. */
const AS: Readonly<Record<Audience, ToldAs>> = {
  reviewer: 'reviewer',
  backup: 'backup',
  manager: 'manager',
  group: 'backup',
  fallback: 'fallback',
  security: 'bystander',
  'security-channel': 'bystander',
};

/** Somebody to tell, and as what. */
export interface Addressee {
  readonly person: Person;
  readonly as: ToldAs;
}

/** What an audience depends on. */
export interface AudienceInput {
  readonly audience: readonly Audience[];
  readonly reviewerId: string;
  /** The owners of each identity that is asked about; needed only where the audience has backups. */
  readonly owners: readonly (readonly OwnerClaim[])[];
  readonly directory: Directory;
  readonly definition: Definition;
  readonly now: Instant;
}

/** A manager's manager's … manager: no chain is followed further. */
const MAX_MANAGER_STEPS = 10;

/**
 * Each person once, as the first of what they are. Only people who are here; those who may not answer are bystanders. A
 * team the reviewer is a member of has no part in it unless it owns what is asked about.
 */
export function audienceOf(input: AudienceInput): readonly Addressee[] {
  const found = new Map<string, Addressee>();
  for (const member of input.audience) {
    for (const person of peopleFor(member, input)) {
      if (!isHere(person, input.now) || found.has(person.personId)) continue;
      found.set(person.personId, { person, as: mayReview(person, input.now) ? AS[member] : 'bystander' });
    }
  }
  return [...found.values()];
}

function peopleFor(member: Audience, input: AudienceInput): readonly Person[] {
  const { reviewerId, directory, definition, now } = input;
  switch (member) {
    case 'reviewer':
      return some(directory.person(reviewerId));
    case 'backup':
      return input.owners.flatMap((owners) => backupsOf(owners, input));
    case 'manager':
      return some(managerOf(reviewerId, directory, now));
    case 'fallback': {
      const fallback = resolveOwner(definition.reviewers.fallback, directory);
      if (fallback?.kind === 'person') return [fallback.person];
      const members = fallback ? membersInOrder(fallback.team, directory) : [];
      return some(members.find((one) => mayReview(one, now)));
    }
    case 'group':
      return input.owners.flatMap((owners) =>
        owningTeams(owners, directory).flatMap((team) => membersInOrder(team, directory)),
      );
    case 'security-channel':
      // A channel is no person: what is posted there is told to nobody.
      return [];
    case 'security':
      return directory.everyone().filter(({ roles }) => roles.includes('security'));
    default:
      return member satisfies never;
  }
}

/** Backups of the teams that own an identity, and the backup owners declared for it. */
function backupsOf(owners: readonly OwnerClaim[], { directory }: AudienceInput): readonly Person[] {
  const ofTeams = owningTeams(owners, directory).flatMap(({ backupId }) =>
    some(directory.person(backupId ?? '')),
  );
  const declared = owningClaims(owners)
    .filter(({ role }) => role === 'backup')
    .flatMap(({ value }) => {
      const resolved = resolveOwner(value, directory);
      return resolved?.kind === 'person' ? [resolved.person] : [];
    });
  return [...ofTeams, ...declared];
}

/** The first manager upwards who is here. */
function managerOf(personId: string, directory: Directory, now: Instant): Person | undefined {
  let manager = directory.managerOf(personId);
  for (let step = 0; manager && step < MAX_MANAGER_STEPS; step++) {
    if (isHere(manager, now) && manager.personId !== personId) return manager;
    manager = directory.managerOf(manager.personId);
  }
  return undefined;
}

function some(person: Person | undefined): readonly Person[] {
  return person ? [person] : [];
}
