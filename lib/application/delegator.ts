// In whose place a delegation is given or taken back, and by what right.
import { InvalidInputError, RefusedError } from '../domain/errors.ts';
import type { Directory } from '../domain/review/directory.ts';
import type { Person } from '../domain/review/person.ts';
import { mayReview } from '../domain/review/resolve-owner.ts';
import type { Environment } from './environment.ts';

/** Whose right is passed on, by whom. */
export interface Delegator {
  readonly from: string;
  /** How the person is called towards whoever gives it. */
  readonly called: string;
  /** Who gives it, where that is somebody else. */
  readonly givenBy?: string;
  /** Why they may, for the record. */
  readonly right: string;
}

/**
 * The person themselves; with `inPlaceOf` another one, who has left or is away: then their manager or whoever looks after
 * reviews gives it.
 * @throws InvalidInputError UNKNOWN_REVIEWER; RefusedError NOT_ELIGIBLE
 */
export async function delegatorOf(
  { people, clock }: Pick<Environment, 'people' | 'clock'>,
  giverId: string,
  inPlaceOf: string | undefined,
): Promise<Delegator> {
  const directory = await people.directory();
  const giver = directory.person(giverId);
  if (!giver || !mayReview(giver, clock.now())) throw refused('Only active full members can delegate.');
  if (inPlaceOf === undefined) return { from: giverId, called: 'you', right: 'for themselves' };
  const absent = directory.person(inPlaceOf) ?? directory.byEmail(inPlaceOf);
  if (!absent)
    throw new InvalidInputError({
      code: 'UNKNOWN_REVIEWER',
      message: `"${inPlaceOf}" is nobody of the directory.`,
    });
  if (absent.personId === giverId) return { from: giverId, called: 'you', right: 'for themselves' };
  const right = rightOver(giver, absent, directory);
  if (right === undefined)
    throw refused(`Only their manager, a compliance manager or an admin can delegate for ${absent.name}.`);
  return { from: absent.personId, called: absent.name, givenBy: giverId, right };
}

function rightOver(giver: Person, absent: Person, directory: Directory): string | undefined {
  if (directory.managerOf(absent.personId)?.personId === giver.personId)
    return 'manager of the person it is given for';
  const role = giver.roles.find((each) => each === 'compliance-manager' || each === 'admin');
  return role && `role ${role}`;
}

function refused(message: string): RefusedError {
  return new RefusedError({ code: 'NOT_ELIGIBLE', message });
}
