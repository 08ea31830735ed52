// On a schedule: reads the inventory of one connector, or of all.
import { collectIdentities } from '../lib/application/collect-identities.ts';
import { openConnectors } from '../lib/deployed/connectors.ts';
import { openEnvironment } from '../lib/deployed/environment.ts';
import { start } from '../lib/deployed/start.ts';
import { openDeclare } from '../lib/deployed/use-cases.ts';
import { createHandler } from '../lib/runtime/handlers/collect-identities.ts';

/** Invoked by the schedule, or by the command, with `{ connector? }`. */
export const handler = await start('collect-identities', async (base) => {
  const { environment } = await openEnvironment(base, { connectors: await openConnectors(base) });
  const collect = collectIdentities(environment, await openDeclare(base));
  return createHandler({ useCases: { collect }, log: base.log });
});
