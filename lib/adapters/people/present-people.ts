// The directory as it is at this moment: whoever's last day is over is no longer active, whatever the file still says.
import type { Clock } from '../../application/ports/clock.ts';
import type { People } from '../../application/ports/people.ts';
import { type Directory, directoryOf } from '../../domain/review/directory.ts';
import { isHere } from '../../domain/review/resolve-owner.ts';

/** Wraps a directory. A last day is often written down ahead; nobody has to remember to take the person out on it. */
export function presentPeople(people: People, clock: Clock): People {
  let seen: { readonly source: Directory; readonly left: string; readonly present: Directory } | undefined;
  return {
    directory: async () => {
      const source = await people.directory();
      const now = clock.now();
      const gone = source.everyone().filter((person) => person.active && !isHere(person, now));
      if (gone.length === 0) return source;
      const left = gone.map(({ personId }) => personId).join(' ');
      if (seen?.source !== source || seen.left !== left) {
        const everyone = source
          .everyone()
          .map((person) => (gone.includes(person) ? { ...person, active: false } : person));
        seen = { source, left, present: directoryOf(everyone, source.teams()) };
      }
      return seen.present;
    },
  };
}
