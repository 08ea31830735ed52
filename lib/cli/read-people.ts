// People and teams from a YAML or JSON file: `people:` and `teams:`, in the shapes of the directory.
import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import * as z from 'zod';
import { InvalidInputError } from '../domain/errors.ts';
import { type Directory, directoryOf } from '../domain/review/directory.ts';
import { Person, Team } from '../domain/review/person.ts';

const PeopleFile = z.strictObject({ people: z.array(Person).min(1), teams: z.array(Team).default([]) });

/** Reads the file. @throws InvalidInputError naming file and field */
export async function readPeopleFile(path: string): Promise<Directory> {
  const parsed = PeopleFile.safeParse(await readYaml(path));
  if (parsed.success) return directoryOf(parsed.data.people, parsed.data.teams);
  const issue = parsed.error.issues[0];
  throw malformed(`${path}: ${issue?.path.join('.') || '(top)'}: ${issue?.message ?? 'not understood'}`);
}

async function readYaml(path: string): Promise<unknown> {
  try {
    return parse(await readFile(path, 'utf8'), { maxAliasCount: 100 });
  } catch (cause) {
    if (cause instanceof YAMLParseError)
      throw malformed(`${path}: ${cause.message.replaceAll(/\s*\n\s*/g, ' ')}`, cause);
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw malformed(`${path}: ${missing ? 'does not exist' : 'cannot be read'}`, cause);
  }
}

function malformed(message: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError({ code: 'MALFORMED_FILE', message, cause });
}
