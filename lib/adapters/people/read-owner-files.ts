// Files of owners on this machine.
import { readFile } from 'node:fs/promises';
import { InvalidInputError } from '../../domain/errors.ts';
import { readCatalog } from './backstage-catalog.ts';
import type { OwnerFiles } from './declare-owners.ts';

/** Where the files lie. */
export interface OwnerPaths {
  readonly owners?: string | undefined;
  readonly codeowners?: readonly { readonly repository: string; readonly file: string }[] | undefined;
  readonly catalog?: readonly string[] | undefined;
}

/** Fetches them. @throws InvalidInputError MALFORMED_FILE naming one that cannot be read, or a wrong catalogue */
export async function readOwnerFiles({ owners, codeowners, catalog }: OwnerPaths): Promise<OwnerFiles> {
  return {
    owners: owners === undefined ? undefined : await named(owners),
    codeowners:
      codeowners &&
      (await Promise.all(
        codeowners.map(async ({ repository, file }) => ({ repository, ...(await named(file)) })),
      )),
    catalog: catalog && readCatalog(await Promise.all(catalog.map(named))),
  };
}

async function named(file: string): Promise<{ readonly file: string; readonly text: string }> {
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (cause) {
    throw new InvalidInputError({ code: 'MALFORMED_FILE', message: `${file}: cannot be read`, cause });
  }
}
