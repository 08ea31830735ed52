// Who is in the workspace, and who still is.
import type { Changes } from './changes.ts';
import type { Journal } from './journal.ts';
import { SlackPerson, type SlackPersonSeed } from './person.ts';

/** The people, by id, in the order they joined. */
export interface People {
  all(): readonly SlackPerson[];
  get(id: string): SlackPerson | undefined;
  /** An active person by address, compared without case, as users.lookupByEmail does. */
  byEmail(email: string): SlackPerson | undefined;
  add(seed: SlackPersonSeed): SlackPerson;
  setStatus(id: string, status: SlackPerson['status']): boolean;
}

/** The people seeded, with the status an earlier run left them in. @throws ZodError on a malformed person */
export function createPeople(seeds: readonly SlackPersonSeed[], journal: Journal, changes: Changes): People {
  const people = new Map<string, SlackPerson>();
  const add = (seed: SlackPersonSeed): SlackPerson => {
    const person = SlackPerson.parse(seed);
    people.set(person.id, person);
    changes.touch();
    return person;
  };
  const setStatus = (id: string, status: SlackPerson['status']): boolean => {
    const person = people.get(id);
    if (!person) return false;
    people.set(id, { ...person, status });
    changes.touch();
    return true;
  };
  for (const seed of seeds) add(seed);
  for (const entry of journal.kept) if (entry.kind === 'status') setStatus(entry.key, entry.status);
  return {
    all: () => [...people.values()],
    get: (id) => people.get(id),
    byEmail: (email) =>
      [...people.values()].find(
        (person) => person.status === 'active' && person.email?.toLowerCase() === email.toLowerCase(),
      ),
    add,
    setStatus(id, status) {
      if (!setStatus(id, status)) return false;
      journal.append({ kind: 'status', key: id, status });
      return true;
    },
  };
}
