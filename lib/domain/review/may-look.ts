// Who may see the evidence of an item: people who have to do with it. Seeing is not deciding.
import type { Definition } from '../campaign/definition.ts';
import type { Instant } from '../time.ts';
import type { Directory } from './directory.ts';
import type { Role } from './person.ts';
import { isMember, mayReview, resolveOwner } from './resolve-owner.ts';
import type { ReviewItem } from './review-item.ts';
import type { Snapshot } from './snapshot.ts';

/** What is looked at. */
export interface Sight {
  readonly item: ReviewItem;
  readonly snapshot: Pick<Snapshot, 'owners'>;
  readonly definition: Definition;
  readonly directory: Directory;
  readonly now: Instant;
}

/** Offices that see everything. */
const SEE_EVERYTHING: readonly Role[] = ['security', 'auditor', 'compliance-manager', 'admin'];
/** No chain of managers is followed further. */
const MAX_MANAGER_STEPS = 10;

/** Whether the person has to do with the item. */
export function mayLook(personId: string, sight: Sight): boolean {
  const person = sight.directory.person(personId);
  if (!person || !mayReview(person, sight.now)) return false;
  if (person.roles.some((role) => SEE_EVERYTHING.includes(role))) return true;
  const { item, snapshot, definition } = sight;
  const { fallback, manager, approvers, riskAcceptors } = definition.reviewers;
  const involved = [item.reviewerId, ...item.hops, item.claim?.personId, item.proposal?.personId];
  return (
    involved.includes(personId) ||
    snapshot.owners.some(({ value }) => standsFor(value, personId, sight)) ||
    [fallback, manager, approvers, riskAcceptors].some((name) => standsFor(name, personId, sight)) ||
    managersOf(item.reviewerId, sight).includes(personId) ||
    (item.routedBy === 'fallback' &&
      sight.directory.teams().some(({ accountableId }) => accountableId === personId))
  );
}

function standsFor(name: string, personId: string, { directory }: Sight): boolean {
  const found = resolveOwner(name, directory);
  return found?.kind === 'team' ? isMember(found.team, personId) : found?.person.personId === personId;
}

/** Whoever is told when the reviewer does not answer, upwards. */
function managersOf(reviewerId: string, { directory }: Sight): readonly string[] {
  const managers: string[] = [];
  let next = directory.managerOf(reviewerId);
  while (next && managers.length < MAX_MANAGER_STEPS && !managers.includes(next.personId)) {
    managers.push(next.personId);
    next = directory.managerOf(next.personId);
  }
  return managers;
}
