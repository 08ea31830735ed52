import * as z from 'zod';
import { Person, Team } from '../../domain/review/person.ts';

/** A directory file. Unknown keys are refused: a misspelt one would silently mean nothing. */
export const DirectoryFile = z.strictObject({
  people: z.array(Person).min(1),
  teams: z.array(Team).default([]),
});
export type DirectoryFile = z.infer<typeof DirectoryFile>;
