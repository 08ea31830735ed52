// Letting somebody else decide for a while: to people the definition allows, with an end, at most 3 hops, no circles.
import type { Definition } from '../campaign/definition.ts';
import { RefusedError } from '../errors.ts';
import { type Instant, plusDays } from '../time.ts';
import type { Directory } from './directory.ts';
import { isMember, mayReview, resolveOwner } from './resolve-owner.ts';

/** One person lets another decide until a moment. */
export interface Delegation {
  readonly from: string;
  readonly to: string;
  readonly until: Instant;
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

/** @throws RefusedError when the delegation asked for may not be given. */
export function checkDelegation(wanted: Delegation, existing: readonly Delegation[], rules: Rules): void {
  const refuse = (message: string) => {
    throw new RefusedError({ code: 'NOT_ELIGIBLE', message });
  };
  if (wanted.from === wanted.to) refuse('You cannot delegate to yourself.');
  if (wanted.until <= rules.now) refuse('A delegation needs an end that lies ahead.');
  if (wanted.until > plusDays(rules.now, MAX_DELEGATION_DAYS))
    refuse(`A delegation lasts at most ${MAX_DELEGATION_DAYS} days.`);
  if (!isAllowed(wanted.to, rules)) refuse('The campaign does not allow delegating to that person.');
  if (delegationPath(wanted.to, wanted.from, existing, rules)) {
    refuse('That person has delegated to you; it cannot go in a circle.');
  }
  if (hopsBefore(wanted.from, existing, rules) >= MAX_DELEGATION_HOPS) {
    refuse(`It was delegated ${MAX_DELEGATION_HOPS} times already.`);
  }
}

/** How many people a right has gone through already when it comes to this person; 0 = it is their own. */
export function hopsBefore(to: string, existing: readonly Delegation[], rules: Rules): number {
  const lengths = existing.map(({ from }) => delegationPath(from, to, existing, rules)?.length ?? 1);
  return Math.max(1, ...lengths) - 1;
}

function holds(delegation: Delegation, rules: Rules): boolean {
  return delegation.until > rules.now && isAllowed(delegation.to, rules);
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
