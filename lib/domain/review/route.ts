// Finding the one person to ask about an identity, along a chain of claims; every hop is kept with its outcome.
import type { Definition } from '../campaign/definition.ts';
import { InvalidInputError } from '../errors.ts';
import type { Identity, OwnerHint } from '../identity/identity.ts';
import type { OwnerClaim } from '../identity/ownership.ts';
import type { RiskTier } from '../identity/risk-tier.ts';
import type { Instant } from '../time.ts';
import { closenessOf, creatorHints } from './conflict-of-interest.ts';
import type { Directory } from './directory.ts';
import type { Person } from './person.ts';
import { isHere, mayReview, membersInOrder, type ResolvedOwner, resolveOwner } from './resolve-owner.ts';

/** What routing looks at. */
export interface RoutingInput {
  readonly identity: Identity;
  readonly directory: Directory;
  readonly definition: Definition;
  readonly tier: RiskTier;
  readonly now: Instant;
  /** Claims to use in place of the identity's own hints. */
  readonly hints?: readonly OwnerHint[];
  /** Person or team told when nobody else can be; by default the definition's. */
  readonly fallback?: string;
  /** People who had it already and said that it is not theirs. */
  readonly notAgain?: readonly string[];
}

/** Who is asked, how they were found, and every claim that was looked at. */
export interface Route {
  readonly reviewerId: string;
  /** Source of the claim that was used, or `manager`, `fallback`. */
  readonly routedBy: string;
  readonly claims: OwnerClaim[];
  /** Nobody answers for it: the fallback was told, and may not certify. */
  readonly orphan: boolean;
  readonly fallbackUsed: boolean;
}

const SOURCE_ORDER: readonly OwnerHint['source'][][] = [
  ['declared-file'],
  ['claim'],
  ['codeowners', 'catalog'],
  ['tag'],
  ['principal', 'creator'],
];
const ROLE_ORDER: readonly OwnerHint['role'][] = [
  'accountable',
  'technical',
  'team',
  'business',
  'backup',
  'creator',
];

/** A manager's manager's … manager: no chain is followed further. */
const MAX_MANAGER_STEPS = 10;

/** A claim on the way: what it stands for and whether its person can be asked. */
interface Hop {
  readonly claim: Omit<OwnerClaim, 'outcome'>;
  readonly outcome: Exclude<OwnerClaim['outcome'], 'reviewer' | 'not-needed'>;
  readonly routedBy: string;
  readonly person?: Person | undefined;
  readonly departed?: Person | undefined;
  /** Could be asked, but may not certify what they created. */
  readonly tooClose?: boolean;
}

/**
 * Asks, in this order: declared file, claim, CODEOWNERS or catalog, tag, principal or creator; the manager of somebody
 * who left; the creator after all, where only the tier's independence forbade it; the fallback.
 * @throws InvalidInputError UNKNOWN_REVIEWER when the fallback is nobody who can be asked.
 */
export function routeReviewer(input: RoutingInput): Route {
  const hops = hintsInOrder(input).map((hint) => hopOf(hint, input));
  const manager = hops.some(({ outcome }) => outcome === 'eligible') ? undefined : managerHop(hops, input);
  const chain = manager ? [...hops, manager] : hops;
  const chosen =
    chain.find(({ outcome }) => outcome === 'eligible') ?? chain.find(({ tooClose }) => tooClose === true);
  const fallback = input.fallback ?? input.definition.reviewers.fallback;
  if (chosen?.person) {
    return {
      reviewerId: chosen.person.personId,
      routedBy: chosen.routedBy,
      claims: [...chain.map((hop) => claimOf(hop, chosen)), fallbackClaim(fallback, 'not-needed')],
      orphan: false,
      fallbackUsed: false,
    };
  }
  return {
    reviewerId: fallbackPerson(fallback, input).personId,
    routedBy: 'fallback',
    claims: [...chain.map((hop) => claimOf(hop, undefined)), fallbackClaim(fallback, 'reviewer')],
    orphan: true,
    fallbackUsed: true,
  };
}

function hintsInOrder({ identity, hints = identity.ownerHints }: RoutingInput): readonly OwnerHint[] {
  const creators = creatorHints(identity).filter((creator) => !hints.includes(creator));
  return [...hints, ...creators].toSorted((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ source, role }: OwnerHint): number {
  const bySource = SOURCE_ORDER.findIndex((sources) => sources.includes(source));
  const sourceRank = role === 'creator' ? SOURCE_ORDER.length - 1 : bySource;
  return sourceRank * ROLE_ORDER.length + ROLE_ORDER.indexOf(role);
}

function hopOf(hint: OwnerHint, input: RoutingInput): Hop {
  const { role, value, source, detail } = hint;
  const claim = { role, value, source, detail };
  const routedBy = role === 'creator' ? 'creator' : source;
  const resolved = resolveOwner(value, input.directory);
  if (!resolved) return { claim, routedBy, outcome: 'unknown-person' };
  if (resolved.kind === 'team') return teamHop(resolved.team, { claim, routedBy }, input);
  const { person } = resolved;
  if (!isHere(person, input.now)) return { claim, routedBy, outcome: 'left', departed: person };
  return personHop(person, { claim, routedBy }, input);
}

function personHop(person: Person, hop: Pick<Hop, 'claim' | 'routedBy'>, input: RoutingInput): Hop {
  const refuse = (why: string): Hop => ({ ...hop, claim: withNote(hop.claim, why), outcome: 'ineligible' });
  if (!person.fullMember) return refuse('not a full member');
  if (input.notAgain?.includes(person.personId)) return refuse('said that it is not theirs');
  if (isTooClose(person, input)) {
    return { ...refuse('may not certify what they created'), person, tooClose: true };
  }
  return { ...hop, outcome: 'eligible', person };
}

/** A team is asked through its accountable person; else its backup; else its other members. */
function teamHop(
  team: Extract<ResolvedOwner, { kind: 'team' }>['team'],
  hop: Pick<Hop, 'claim' | 'routedBy'>,
  input: RoutingInput,
): Hop {
  const members = membersInOrder(team, input.directory).filter((member) => mayReview(member, input.now));
  const tried = members.map((member) => personHop(member, hop, input));
  const found = tried.find(({ outcome }) => outcome === 'eligible');
  if (!found) {
    const departed = input.directory.person(team.accountableId);
    return tried.find(({ tooClose }) => tooClose) ?? tried[0] ?? { ...hop, outcome: 'left', departed };
  }
  if (found.person?.personId === team.accountableId) return found;
  const why = found.person?.personId === team.backupId ? 'its backup is asked' : 'another member is asked';
  return { ...found, claim: withNote(hop.claim, `${why} for its accountable person`) };
}

function managerHop(hops: readonly Hop[], input: RoutingInput): Hop | undefined {
  for (const { departed, claim } of hops) {
    let manager = departed && input.directory.managerOf(departed.personId);
    for (let step = 0; manager && step < MAX_MANAGER_STEPS; step++) {
      const usable = mayReview(manager, input.now) && !input.notAgain?.includes(manager.personId);
      if (usable && !isTooClose(manager, input)) {
        const found = { role: 'manager', value: manager.email, source: 'directory' } as const;
        const detail = `manager of ${claim.value}, who left`;
        return { claim: { ...found, detail }, routedBy: 'manager', outcome: 'eligible', person: manager };
      }
      manager = input.directory.managerOf(manager.personId);
    }
  }
  return undefined;
}

function isTooClose(person: Person, { identity, directory, definition, tier }: RoutingInput): boolean {
  return (
    definition.reviewers.independenceTiers.includes(tier) &&
    closenessOf(person.personId, identity, directory) !== undefined
  );
}

function fallbackPerson(fallback: string, input: RoutingInput): Person {
  const resolved = resolveOwner(fallback, input.directory);
  const candidates = resolved?.kind === 'team' ? membersInOrder(resolved.team, input.directory) : [];
  const usable = (resolved?.kind === 'person' ? [resolved.person] : candidates).filter((person) =>
    mayReview(person, input.now),
  );
  const person = usable.find(({ personId }) => !input.notAgain?.includes(personId)) ?? usable[0];
  if (!person) {
    throw new InvalidInputError({
      code: 'UNKNOWN_REVIEWER',
      message: `reviewers.fallback: "${fallback}" is no active person or team of the directory.`,
    });
  }
  return person;
}

function claimOf(hop: Hop, chosen: Hop | undefined): OwnerClaim {
  return { ...hop.claim, outcome: hop === chosen ? 'reviewer' : hop.outcome };
}

function fallbackClaim(value: string, outcome: OwnerClaim['outcome']): OwnerClaim {
  return { role: 'fallback', value, source: 'definition', detail: 'reviewers.fallback', outcome };
}

function withNote(claim: Hop['claim'], note: string): Hop['claim'] {
  return { ...claim, detail: `${claim.detail} (${note})` };
}
