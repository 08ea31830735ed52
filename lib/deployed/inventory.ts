// What reading an inventory takes: connectors, and what files of owners add to what they see.
import { declareOwners } from '../adapters/people/declare-owners.ts';
import type { Declare } from '../application/collect-identities.ts';
import type { Connectors } from '../application/ports/connectors.ts';
import { openConnectors } from './connectors.ts';
import type { Base } from './start.ts';

/** Opens both. @throws InvalidInputError BAD_SETTING naming connector and field, or the line of a file of owners */
export async function openInventory(
  base: Base,
): Promise<{ readonly connectors: Connectors; readonly declare: Declare }> {
  const [connectors, organisation] = await Promise.all([openConnectors(base), base.organisation()]);
  return { connectors, declare: await declareOwners(organisation) };
}
