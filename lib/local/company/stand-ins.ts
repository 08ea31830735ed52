// Stand-ins for the people a real account's files of owners and tags name, and for the offices every review needs. They play a
// part in the demonstration and are named as stand-ins; nobody is made up behind an account's back.

import type { DeclaredOwners } from '../../adapters/people/owner-declarations.ts';
import { ownerHintsOf } from '../../connectors/aws/tags.ts';
import { Person, Team } from '../../domain/review/person.ts';
import type { AccountSeed } from '../iam/account-seed.ts';
import type { HabitName } from './company.ts';
import { slackAccountOf } from './people.ts';

/** The stand-ins of an account. */
export interface StandIns {
  readonly people: readonly Person[];
  readonly teams: readonly Team[];
  readonly habits: Readonly<Record<string, HabitName>>;
}

/** Person ids of the offices. */
export const OFFICES = {
  fallback: 'stand-in-fallback',
  manager: 'stand-in-manager',
  approvers: 'stand-in-second-approver',
  riskAcceptors: 'stand-in-risk-acceptor',
  claimant: 'stand-in-claimant',
} as const;

const OFFICE_NAMES: Readonly<Record<keyof typeof OFFICES, string>> = {
  fallback: 'Stand-in: fallback reviewer',
  manager: 'Stand-in: compliance manager',
  approvers: 'Stand-in: second approver',
  riskAcceptors: 'Stand-in: risk acceptor',
  claimant: 'Stand-in: somebody who claims an identity',
};

const TIME_ZONE = 'Europe/London';

/** Habits by how much somebody owns, the most first; after that they repeat. */
const HABITS_BY_WEIGHT: readonly HabitName[] = [
  'prompt',
  'silent',
  'late',
  'bulk-clicker',
  'wrong-person',
  'mail-only',
  'gone',
];
const FURTHER_HABITS: readonly HabitName[] = ['prompt', 'late', 'prompt', 'silent'];

/** Makes them: one per distinct claim in the owners file, the tags and `others`, and one per office. */
export function standInsFor(
  seed: AccountSeed,
  declared: DeclaredOwners | undefined,
  others: readonly string[] = [],
): StandIns {
  const claims = claimsIn(seed, declared, others);
  const taken = new Set<string>(Object.values(OFFICES));
  const owners = claims.map((claim, position) => {
    const habit =
      HABITS_BY_WEIGHT[position] ??
      FURTHER_HABITS[(position - HABITS_BY_WEIGHT.length) % FURTHER_HABITS.length] ??
      'prompt';
    return standInFor(claim, habit, taken);
  });
  const offices = Object.entries(OFFICES).map(([office, personId]) =>
    Person.parse({
      personId,
      name: OFFICE_NAMES[office as keyof typeof OFFICES],
      email: `${personId}@stand-in.example`,
      timeZone: TIME_ZONE,
      active: true,
      slack: slackAccountOf(personId),
      roles: office === 'manager' ? ['compliance-manager'] : ['owner'],
    }),
  );
  return {
    people: [...owners.map(({ person }) => person), ...offices],
    teams: owners.flatMap(({ team }) => team ?? []),
    habits: Object.fromEntries([
      ...owners.map(({ person, habit }) => [person.personId, habit] as const),
      [OFFICES.fallback, 'fallback'] as const,
      [OFFICES.manager, 'prompt'] as const,
      [OFFICES.claimant, 'prompt'] as const,
    ]),
  };
}

/** Every distinct claim, the one with the most identities first. */
function claimsIn(
  seed: AccountSeed,
  declared: DeclaredOwners | undefined,
  others: readonly string[],
): string[] {
  const weights = new Map<string, { claim: string; count: number }>();
  const add = (claim: string | undefined) => {
    const name = claim?.trim();
    if (!name) return;
    const key = (addressIn(name) ?? name).toLowerCase();
    weights.set(key, { claim: name, count: (weights.get(key)?.count ?? 0) + 1 });
  };
  for (const row of declared?.rows ?? []) {
    for (const claim of [row.owner, row.technical_owner, row.business_owner, row.team, row.backup_owner])
      add(claim);
  }
  for (const { tags } of [...seed.users, ...seed.roles]) {
    for (const { role, value } of ownerHintsOf(tags)) if (role !== 'creator') add(value);
  }
  for (const claim of others) add(claim);
  return [...weights.values()]
    .toSorted((a, b) => b.count - a.count || (a.claim < b.claim ? -1 : 1))
    .map(({ claim }) => claim);
}

function standInFor(
  claim: string,
  habit: HabitName,
  taken: Set<string>,
): { readonly person: Person; readonly habit: HabitName; readonly team?: Team } {
  const address = addressIn(claim);
  const personId = freeIdFor(address?.split('@')[0] ?? claim, taken);
  const isPrincipal = claim.startsWith('arn:');
  const person = Person.parse({
    personId,
    name: `Stand-in for ${claim}`.slice(0, 200),
    email: address ?? `${personId}@stand-in.example`,
    timeZone: TIME_ZONE,
    active: habit !== 'gone',
    ...(habit === 'mail-only' ? {} : { slack: slackAccountOf(personId) }),
    managerId: OFFICES.manager,
    awsPrincipals: isPrincipal ? [claim] : [],
  });
  if (address !== undefined || isPrincipal || claim.toLowerCase() === personId) return { person, habit };
  // Anything that is no address and no id can only be the name of a team; `@org/team` is also known as `team`.
  const bare = claim.replace(/^@/, '');
  const team = Team.parse({
    teamId: `team-of-${personId}`.slice(0, 64),
    name: claim.slice(0, 200),
    accountableId: personId,
    memberIds: [personId],
    aliases: [...new Set([bare, bare.slice(bare.lastIndexOf('/') + 1)])].filter(
      (name) => name !== '' && name !== claim,
    ),
  });
  return { person, habit, team };
}

function freeIdFor(text: string, taken: Set<string>): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 50);
  const base = plain === '' ? 'owner' : plain;
  let personId = base;
  for (let number = 2; taken.has(personId); number += 1) personId = `${base}-${number}`;
  taken.add(personId);
  return personId;
}

function addressIn(text: string): string | undefined {
  const inner = /<([^<>\s]+@[^<>\s]+)>$/.exec(text)?.[1] ?? text.replace(/^mailto:/i, '');
  return Person.shape.email.safeParse(inner).data;
}
