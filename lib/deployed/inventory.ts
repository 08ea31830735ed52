// What reading an inventory takes: connectors, and what the owners file adds to what they see.
import { declareFrom, readOwnersText } from '../adapters/people/owner-declarations.ts';
import type { Declare } from '../application/collect-identities.ts';
import type { Connectors } from '../application/ports/connectors.ts';
import { openConnectors } from './connectors.ts';
import type { Base } from './start.ts';

/** Opens both. @throws InvalidInputError BAD_SETTING naming connector and field, or the line of the owners file */
export async function openInventory(
  base: Base,
): Promise<{ readonly connectors: Connectors; readonly declare: Declare }> {
  const [connectors, { owners }] = await Promise.all([openConnectors(base), base.organisation()]);
  const declare: Declare = owners
    ? declareFrom(await readOwnersText(owners.file, owners.text))
    : (identity) => identity;
  return { connectors, declare };
}
