// The organisation as a file says; read again when the file changes.
import { readFile, stat } from 'node:fs/promises';
import type { People } from '../../application/ports/people.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { Directory } from '../../domain/review/directory.ts';
import { parseDirectoryFile } from './directory-file.ts';

/**
 * People from a directory file (see `parseDirectoryFile`). A file that has become wrong is refused: nobody is routed or
 * admitted by an organisation that is no longer so.
 * @throws InvalidInputError MALFORMED_FILE when asked, if the file is missing or wrong
 */
export function createFilePeople(path: string): People {
  let known: { readonly stamp: string; readonly directory: Directory } | undefined;
  return {
    directory: async () => {
      try {
        const { mtimeMs, size, ino } = await stat(path);
        const stamp = `${mtimeMs}/${size}/${ino}`;
        if (known?.stamp !== stamp) {
          known = { stamp, directory: parseDirectoryFile(await readFile(path, 'utf8'), path) };
        }
        return known.directory;
      } catch (cause) {
        if (!(cause instanceof Error && 'code' in cause) || cause instanceof InvalidInputError) throw cause;
        throw new InvalidInputError({
          code: 'MALFORMED_FILE',
          message: `${path} cannot be read: ${cause.message}`,
          cause,
        });
      }
    },
  };
}
