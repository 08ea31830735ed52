// People and teams from a directory file somebody names on the command line.
import { readFile } from 'node:fs/promises';
import { parseDirectoryFile } from '../adapters/people/directory-file.ts';
import { InvalidInputError } from '../domain/errors.ts';
import type { Directory } from '../domain/review/directory.ts';

/** Reads the file. @throws InvalidInputError naming file and field */
export async function readPeopleFile(path: string): Promise<Directory> {
  return parseDirectoryFile(await textOf(path), path);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const message = `${path}: ${missing ? 'does not exist' : 'cannot be read'}`;
    throw new InvalidInputError({ code: 'MALFORMED_FILE', message, cause });
  }
}
