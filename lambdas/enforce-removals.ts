// Switches off what nobody vouches for: check again, act, record.
import { openInventory } from '../lib/deployed/inventory.ts';
import { start } from '../lib/deployed/start.ts';
import { openUseCases } from '../lib/deployed/use-cases.ts';
import { createHandler } from '../lib/runtime/handlers/do-work.ts';

/** Invoked by its queue. */
export const handler = await start('enforce-removals', async (base) => {
  const { cases } = await openUseCases(base, await openInventory(base));
  return createHandler({ useCases: cases, log: base.log });
});
