// Letting somebody else decide for a while: to people the definition allows, with an end, at most 3 hops, no circles.
import type { Definition } from '../campaign/definition.ts';
import { RefusedError } from '../errors.ts';
import { type Instant, latest, plusDays } from '../time.ts';
import type { Directory } from './directory.ts';
import { isMember, mayReview, resolveOwner } from './resolve-owner.ts';

/** One person lets another decide until a moment. */
export interface Delegation {
  readonly from: string;
  readonly to: string;
  /** From when on; absent: from when it was given. */
  readonly fromAt?: Instant | undefined;
  readonly until: Instant;
  /** Who gave it, where that was not `from`: their manager, or whoever looks after reviews. */
  readonly givenBy?: string | undefined;
}

/** Longest a delegation may be given for, in days. */
export const MAX_DELEGATION_DAYS = 90;

/** Most hand-overs between the reviewer and whoever decides. */
export const MAX_DELEGATION_HOPS = 3;

interface Rules {
  readonly definition: Definition;
  readonly directory: Directory;
  readonly now: Instant;
}

/**
 * The people a delegation runs through, from the reviewer to the one who decides, both included; undefined when none
 * that holds now leads there in at most 3 hops.
 */
export function delegationPath(
  from: string,
  to: string,
  delegations: readonly Delegation[],
  rules: Rules,
): readonly string[] | undefined {
  let paths: (readonly string[])[] = [[from]];
  for (let hop = 0; hop < MAX_DELEGATION_HOPS; hop++) {
    paths = paths.flatMap((path) =>
      delegations
        .filter((one) => one.from === path.at(-1) && holds(one, rules) && !path.includes(one.to))
        .map((one) => [...path, one.to]),
    );
    const found = paths.find((path) => path.at(-1) === to);
    if (found) return found;
  }
  return undefined;
}

/**
 * The person a right has come to in the end, at most 3 hops on; of several it was given to, the first in the list counts.
 * Undefined when no delegation holds.
 */
export function delegateOf(
  from: string,
  delegations: readonly Delegation[],
  rules: Rules,
): string | undefined {
  const path = [from];
  while (path.length <= MAX_DELEGATION_HOPS) {
    const last = path.at(-1);
    const next = delegations.find((one) => one.from === last && holds(one, rules) && !path.includes(one.to));
    if (!next) break;
    path.push(next.to);
  }
  return path.length > 1 ? path.at(-1) : undefined;
}

/** Who gave the delegations of such a path in somebody else's place. Where the person gave it as well, it needs no other word. */
export function giversAlong(
  path: readonly string[],
  delegations: readonly Delegation[],
  rules: Rules,
): readonly string[] {
  const givers = path.slice(1).flatMap((to, hop) => {
    const given = delegations.filter((one) => one.from === path[hop] && one.to === to && holds(one, rules));
    return given.some(({ givenBy }) => givenBy === undefined)
      ? []
      : given.flatMap(({ givenBy }) => givenBy ?? []);
  });
  return [...new Set(givers)];
}

/** Those that hold at some moment of the wanted one, as if they held now: a circle that is yet to close is one already. */
export function atOnceWith(
  wanted: Delegation,
  existing: readonly Delegation[],
  now: Instant,
): readonly Delegation[] {
  const startAt = latest(now, wanted.fromAt ?? now);
  return existing
    .filter((one) => one.until > startAt && (one.fromAt ?? now) < wanted.until)
    .map((one) => ({ ...one, fromAt: undefined }));
}

/** @throws RefusedError when the delegation asked for may not be given. */
export function checkDelegation(wanted: Delegation, existing: readonly Delegation[], rules: Rules): void {
  const refuse = (message: string) => {
    throw new RefusedError({ code: 'NOT_ELIGIBLE', message });
  };
  const { givenBy } = wanted;
  if (wanted.from === wanted.to)
    refuse(
      givenBy === undefined
        ? 'You cannot delegate to yourself.'
        : 'That is the person it is given for; please name somebody else.',
    );
  if (wanted.to === givenBy)
    refuse('Whoever delegates for somebody else cannot be the one who answers; please name a third person.');
  if (wanted.until <= rules.now) refuse('A delegation needs an end that lies ahead.');
  if (wanted.fromAt !== undefined && wanted.fromAt >= wanted.until)
    refuse('A delegation starts before it ends.');
  if (wanted.until > plusDays(rules.now, MAX_DELEGATION_DAYS))
    refuse(`A delegation lasts at most ${MAX_DELEGATION_DAYS} days.`);
  if (!isAllowed(wanted.to, rules)) refuse('The campaign does not allow delegating to that person.');
  const others = atOnceWith(wanted, existing, rules.now);
  if (delegationPath(wanted.to, wanted.from, others, rules)) {
    const whom = givenBy === undefined ? 'you' : 'the one it is given for';
    refuse(`That person has delegated to ${whom}; it cannot go in a circle.`);
  }
  if (hopsBefore(wanted.from, others, rules) >= MAX_DELEGATION_HOPS) {
    refuse(`It was delegated ${MAX_DELEGATION_HOPS} times already.`);
  }
}

/** How many people a right has gone through already when it comes to this person; 0 = it is their own. */
export function hopsBefore(to: string, existing: readonly Delegation[], rules: Rules): number {
  const lengths = existing.map(({ from }) => delegationPath(from, to, existing, rules)?.length ?? 1);
  return Math.max(1, ...lengths) - 1;
}

function holds(delegation: Delegation, rules: Rules): boolean {
  const { fromAt, until, to } = delegation;
  const begun = fromAt === undefined || fromAt <= rules.now;
  return begun && until > rules.now && isAllowed(to, rules);
}

function isAllowed(personId: string, { definition, directory, now }: Rules): boolean {
  const person = directory.person(personId);
  if (!person || !mayReview(person, now)) return false;
  return definition.reviewers.delegateTo.some((name) => {
    const allowed = resolveOwner(name, directory);
    if (allowed?.kind === 'team') return isMember(allowed.team, personId);
    return allowed?.person.personId === personId;
  });
}
