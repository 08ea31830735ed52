// In what capacity a person may answer for an item: its reviewer, another owner, a delegate, the fallback, security.
import type { Definition } from '../campaign/definition.ts';
import type { OwnerClaim } from '../identity/ownership.ts';
import type { Instant } from '../time.ts';
import { type Delegation, delegationPath, giversAlong } from './delegation.ts';
import type { Directory } from './directory.ts';
import type { Person, Team } from './person.ts';
import { isMember, resolveOwner } from './resolve-owner.ts';
import type { ReviewItem } from './review-item.ts';
import type { Snapshot } from './snapshot.ts';

/** What somebody answers as, in words for the record, and the people that right runs through (the person last). */
export interface Capacity {
  readonly as: 'reviewer' | 'owner' | 'delegate' | 'fallback' | 'security';
  readonly why: string;
  readonly through: readonly string[];
  /** Who let them answer in somebody else's place: they chose who vouches. */
  readonly givers?: readonly string[];
}

/** What capacities are looked for in. */
export interface CapacityInput {
  readonly item: ReviewItem;
  readonly snapshot: Snapshot;
  readonly who: Person;
  readonly definition: Definition;
  readonly directory: Directory;
  readonly now: Instant;
  readonly delegations?: readonly Delegation[];
}

/** The strongest capacity the person has; undefined when they have none. */
export function capacityOf(input: CapacityInput): Capacity | undefined {
  const { item, who, definition, directory, delegations = [] } = input;
  const { personId } = who;
  const found = (as: Capacity['as'], why: string, through = [personId]): Capacity => ({ as, why, through });
  const orphan = item.routedBy === 'fallback';
  if (item.reviewerId === personId && !orphan)
    return found('reviewer', `reviewer, found by ${item.routedBy}`);
  const owned = ownership(personId, input);
  if (owned !== undefined) return found('owner', owned);
  if (orphan && isFallback(personId, input))
    return found('fallback', 'fallback reviewer of an unowned identity');
  const rules = { definition, directory, now: input.now };
  const path = delegationPath(item.reviewerId, personId, delegations, rules);
  if (path) {
    const why = `delegate of the reviewer (${path.length - 1} of at most 3 hops)`;
    const givers = giversAlong(path, delegations, rules);
    return { ...found(orphan ? 'fallback' : 'delegate', why, [...path]), givers };
  }
  return who.roles.includes('security') ? found('security', 'security role') : undefined;
}

/** Teams that own the identity: those named by the source its reviewer was found by. */
export function owningTeams(owners: readonly OwnerClaim[], directory: Directory): readonly Team[] {
  return owningClaims(owners).flatMap(({ value }) => {
    const resolved = resolveOwner(value, directory);
    return resolved?.kind === 'team' ? [resolved.team] : [];
  });
}

function ownership(personId: string, { snapshot, directory }: CapacityInput): string | undefined {
  for (const { role, value, source } of owningClaims(snapshot.owners)) {
    const resolved = resolveOwner(value, directory);
    if (resolved?.kind === 'team' && isMember(resolved.team, personId)) {
      return `member of the owning team ${resolved.team.name} (${source})`;
    }
    if (resolved?.kind === 'person' && resolved.person.personId === personId)
      return `${role} owner (${source})`;
  }
  return undefined;
}

/** Claims that give a say. A weaker source (a tag) must not hand out one that a stronger one (a declared file) has given to others. */
export function owningClaims(owners: readonly OwnerClaim[]): readonly OwnerClaim[] {
  const used = owners.find(({ outcome }) => outcome === 'reviewer');
  if (!used || ['fallback', 'manager', 'creator'].includes(used.role)) return [];
  return owners.filter(({ source, role, outcome }) => {
    return source === used.source && role !== 'creator' && outcome !== 'ineligible';
  });
}

function isFallback(personId: string, { item, definition, directory }: CapacityInput): boolean {
  if (item.reviewerId === personId) return true;
  const fallback = resolveOwner(definition.reviewers.fallback, directory);
  return fallback?.kind === 'team' && isMember(fallback.team, personId);
}
