// To whom an item may be handed: the teams that own it, and whom the definition allows.
import type { Definition } from '../campaign/definition.ts';
import { InvalidInputError, RefusedError } from '../errors.ts';
import type { Instant } from '../time.ts';
import { owningTeams } from './capacity.ts';
import type { Directory } from './directory.ts';
import type { Person } from './person.ts';
import { mayReview, membersInOrder, resolveOwner } from './resolve-owner.ts';
import type { ReviewItem } from './review-item.ts';
import type { Snapshot } from './snapshot.ts';

/** What a hand-over is looked at with. */
export interface HandOver {
  readonly item: ReviewItem;
  readonly snapshot: Snapshot;
  readonly definition: Definition;
  readonly directory: Directory;
  readonly now: Instant;
}

/** A chain of hand-overs ends here: the item stays where it is. */
export const MAX_HAND_OVERS = 3;

/**
 * Everybody the item may be handed to, the owning team first (the reviewer's own where none is known). A definition
 * that names nobody allows everybody. An unowned identity may be anybody's.
 */
export function handOverCandidates(input: HandOver): readonly Person[] {
  const { item, snapshot, definition, directory, now } = input;
  const { delegateTo } = definition.reviewers;
  const owning = owningTeams(snapshot.owners, directory);
  const teams = owning.length > 0 ? owning : directory.teamsOf(item.reviewerId);
  const colleagues = teams.flatMap((team) => membersInOrder(team, directory));
  const isOpen = delegateTo.length === 0 || item.routedBy === 'fallback';
  const others = isOpen
    ? directory.everyone()
    : delegateTo.flatMap((name) => {
        const allowed = resolveOwner(name, directory);
        return allowed?.kind === 'team' ? membersInOrder(allowed.team, directory) : (allowed?.person ?? []);
      });
  return [...new Set([...colleagues, ...others])].filter(
    (person) =>
      mayReview(person, now) && person.personId !== item.reviewerId && !item.hops.includes(person.personId),
  );
}

/**
 * The person an item is to be handed to; a team's name stands for its accountable person.
 * @throws InvalidInputError UNKNOWN_REVIEWER; RefusedError when they may not get it
 */
export function checkHandOver(to: string, input: HandOver): Person {
  const { item, definition, directory, now } = input;
  const person = personToHandTo(to, directory, now);
  const refuse = (code: 'CONFLICT' | 'NOT_ELIGIBLE', message: string) => new RefusedError({ code, message });
  if (person.personId === item.reviewerId)
    throw refuse('CONFLICT', `${person.name} is the reviewer already.`);
  if (item.hops.includes(person.personId))
    throw refuse('CONFLICT', `${person.name} had this item before; it cannot go in a circle.`);
  if (item.hops.length >= MAX_HAND_OVERS)
    throw refuse(
      'CONFLICT',
      `It has been handed on ${MAX_HAND_OVERS} times already; please decide or use "Not mine".`,
    );
  if (!handOverCandidates(input).some(({ personId }) => personId === person.personId))
    throw refuse(
      'NOT_ELIGIBLE',
      `This review lets you hand it to the owning team or to ${definition.reviewers.delegateTo.join(', ')}; ${person.name} is not among them.`,
    );
  return person;
}

/** Who is meant, if they can review. @throws InvalidInputError UNKNOWN_REVIEWER; RefusedError NOT_ELIGIBLE */
export function personToHandTo(to: string, directory: Directory, now: Instant): Person {
  const team = directory.team(to);
  const person =
    directory.person(to) ??
    directory.byEmail(to) ??
    (team ? directory.person(team.accountableId) : undefined);
  if (!person)
    throw new InvalidInputError({
      code: 'UNKNOWN_REVIEWER',
      message: `"${to}" is neither a person nor a team of the directory.`,
    });
  if (!mayReview(person, now))
    throw new RefusedError({
      code: 'NOT_ELIGIBLE',
      message: `${person.name} cannot review: they are ${person.fullMember ? 'no longer active' : 'a guest'}.`,
    });
  return person;
}
