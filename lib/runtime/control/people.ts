// People as commands name them.
import { InvalidInputError } from '../../domain/errors.ts';
import type { Directory } from '../../domain/review/directory.ts';
import type { Person } from '../../domain/review/person.ts';

/** The person called so: a person id or an e-mail address. @throws InvalidInputError naming those there are */
export function personCalled(directory: Directory, called: string): Person {
  const person = directory.person(called) ?? directory.byEmail(called);
  if (person) return person;
  const ids = directory.everyone().map(({ personId }) => personId);
  const listed = ids.slice(0, 30).join(', ');
  throw new InvalidInputError({
    code: 'UNKNOWN_REVIEWER',
    message: `--as: there is nobody called "${called}"; there are ${listed}${ids.length > 30 ? ', …' : ''}.`,
  });
}
