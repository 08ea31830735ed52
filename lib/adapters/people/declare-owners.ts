// Every file that says who owns what, put together: the owners file speaks first, then the catalogue and CODEOWNERS, then
// whatever tags a connector found.
import { readFile } from 'node:fs/promises';
import type { Declare } from '../../application/collect-identities.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { type CatalogText, readCatalog } from './backstage-catalog.ts';
import { type CodeownersText, declareFromCodeowners, readCodeowners } from './codeowners.ts';
import { declareFromCatalog } from './declare-from-catalog.ts';
import { declareFrom, readOwnersText } from './owner-declarations.ts';

/** The files as they came, each with what to call it in messages. */
export interface OwnerFiles {
  readonly owners?: { readonly file: string; readonly text: string } | undefined;
  readonly codeowners?: readonly CodeownersText[] | undefined;
  readonly catalog?: readonly CatalogText[] | undefined;
}

/** Where the files lie. */
export interface OwnerPaths {
  readonly owners?: string | undefined;
  readonly codeowners?: readonly { readonly repository: string; readonly file: string }[] | undefined;
  readonly catalog?: readonly string[] | undefined;
}

/** Reads and checks them all. @throws InvalidInputError naming the file, and what is wrong where */
export async function declareOwners({ owners, codeowners = [], catalog = [] }: OwnerFiles): Promise<Declare> {
  const fromCodeowners = declareFromCodeowners(codeowners.map(readCodeowners));
  const fromCatalog = declareFromCatalog(readCatalog(catalog));
  const fromOwners = owners && declareFrom(await readOwnersText(owners.file, owners.text));
  // Each puts its own in front: the last one speaks first.
  return (identity) => {
    const declared = fromCatalog(fromCodeowners(identity));
    return fromOwners ? fromOwners(declared) : declared;
  };
}

/** Fetches the files, named by their paths. @throws InvalidInputError MALFORMED_FILE naming one that cannot be read */
export async function readOwnerFiles({ owners, codeowners, catalog }: OwnerPaths): Promise<OwnerFiles> {
  return {
    owners: owners === undefined ? undefined : await named(owners),
    codeowners:
      codeowners &&
      (await Promise.all(
        codeowners.map(async ({ repository, file }) => ({ repository, ...(await named(file)) })),
      )),
    catalog: catalog && (await Promise.all(catalog.map(named))),
  };
}

async function named(file: string): Promise<{ readonly file: string; readonly text: string }> {
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (cause) {
    throw new InvalidInputError({ code: 'MALFORMED_FILE', message: `${file}: cannot be read`, cause });
  }
}
