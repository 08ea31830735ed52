// On a schedule: reads the inventory of one connector, or of all.
import { collectIdentities } from '../lib/application/collect-identities.ts';
import { openEnvironment } from '../lib/deployed/environment.ts';
import { openInventory } from '../lib/deployed/inventory.ts';
import { start } from '../lib/deployed/start.ts';
import { createHandler } from '../lib/runtime/handlers/collect-identities.ts';

/** Invoked by the schedule, or by the command, with `{ connector? }`. */
export const handler = await start('collect-identities', async (base) => {
  const { connectors, declare } = await openInventory(base);
  const { environment } = await openEnvironment(base, { connectors });
  const collect = collectIdentities(environment, declare);
  return createHandler({ useCases: { collect }, log: base.log });
});
