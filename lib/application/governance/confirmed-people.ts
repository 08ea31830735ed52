// The directory with only those roles that count: a role somebody wrote into it gives no power until two people confirmed it.
import { type Directory, directoryOf } from '../../domain/review/directory.ts';
import type { Role } from '../../domain/review/person.ts';
import type { People } from '../ports/people.ts';
import type { ReviewStore } from '../ports/review-store.ts';
import { roleChanges, rolesIn, rolesThatCount } from './role-book.ts';

/**
 * Wraps a directory. Who has lost a role in the directory has lost it at once; a grant not in the book yet is held back.
 * The book is read only while the directory shows something it did not have when last read.
 */
export function confirmedPeople(people: People, store: ReviewStore): People {
  let seen: { readonly source: Directory; readonly confirmed: Directory } | undefined;
  return {
    directory: async () => {
      const source = await people.directory();
      if (seen?.source === source) return seen.confirmed;
      const book = await store.get('role-book', { bookId: 'tool' });
      // Until the roles found at installation are all in the book, the directory is taken as it is.
      if (book?.installed !== true) return source;
      const given = rolesIn(source);
      const held = roleChanges(book.roles, given).some(({ granted }) => granted);
      const confirmed = held ? withRoles(source, rolesThatCount(book.roles, given)) : source;
      if (!held) seen = { source, confirmed };
      return confirmed;
    },
  };
}

function withRoles(source: Directory, counting: Readonly<Record<string, readonly Role[]>>): Directory {
  const people = source.everyone().map((person) => ({
    ...person,
    roles: person.roles.filter((role) => role === 'owner' || counting[person.personId]?.includes(role)),
  }));
  return directoryOf(people, source.teams());
}
