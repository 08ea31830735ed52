// Every file that says who owns what, put together: the owners file speaks first, then the catalogue and CODEOWNERS, then
// whatever tags a connector found.
import type { Declare } from '../../application/collect-identities.ts';
import type { Catalog } from './catalog.ts';
import { type CodeownersText, declareFromCodeowners, readCodeowners } from './codeowners.ts';
import { declareFromCatalog } from './declare-from-catalog.ts';
import { declareFrom, readOwnersText } from './owner-declarations.ts';

/** The files: texts as they came, each with what to call it in messages; a catalogue as read. */
export interface OwnerFiles {
  readonly owners?: { readonly file: string; readonly text: string } | undefined;
  readonly codeowners?: readonly CodeownersText[] | undefined;
  readonly catalog?: Catalog | undefined;
}

/** Reads and checks them all. @throws InvalidInputError naming the file, and what is wrong where */
export async function declareOwners({ owners, codeowners = [], catalog }: OwnerFiles): Promise<Declare> {
  const fromCodeowners = declareFromCodeowners(codeowners.map(readCodeowners));
  const fromCatalog = catalog && declareFromCatalog(catalog);
  const fromOwners = owners && declareFrom(await readOwnersText(owners.file, owners.text));
  // Each puts its own in front: the last one speaks first.
  return (identity) => {
    const coded = fromCodeowners(identity);
    const catalogued = fromCatalog?.(coded) ?? coded;
    return fromOwners?.(catalogued) ?? catalogued;
  };
}
