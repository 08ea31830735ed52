// What a directory file holds.
import * as z from 'zod';
import { type Directory, directoryOf } from '../../domain/review/directory.ts';
import { Person, Team } from '../../domain/review/person.ts';

/** Names of calendars are typed by people into every person's entry: short and plain. */
const CalendarName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/);

/** A person as a file has them: days off of their own, and those of a calendar by its name. */
const FilePerson = Person.omit({ timeZoneGuessed: true }).extend({
  calendar: CalendarName.optional(),
  /** Where none is given Slack's counts, and UTC until Slack says one. */
  timeZone: z.string().optional(),
});

/** A directory file. Unknown keys are refused: a misspelt one would silently mean nothing. */
export const DirectoryFile = z.strictObject({
  people: z.array(FilePerson).min(1),
  teams: z.array(Team).default([]),
  /** Public holidays by name, ISO dates. */
  calendars: z.record(CalendarName, z.array(z.iso.date())).default({}),
});
export type DirectoryFile = z.infer<typeof DirectoryFile>;

/** The people and teams of a directory file. The domain knows days off alone: those of a person's calendar are theirs. */
export function directoryFrom({ people, teams, calendars }: DirectoryFile): Directory {
  return directoryOf(
    people.map(({ calendar, timeZone, ...rest }) => {
      const zone =
        timeZone === undefined ? { timeZone: 'Etc/UTC', timeZoneGuessed: true as const } : { timeZone };
      const person = { ...rest, ...zone };
      const shared = calendar === undefined ? [] : (calendars[calendar] ?? []);
      return { ...person, holidays: [...new Set([...person.holidays, ...shared])].toSorted() };
    }),
    teams,
  );
}
