// Every few minutes, and when something was attested: what waits goes into the log; once an hour the log says it is alive.
import { openLedger } from '../lib/deployed/ledger.ts';
import { start } from '../lib/deployed/start.ts';
import { createHandler } from '../lib/runtime/handlers/seal-ledger.ts';

/** Invoked by the schedule, by new rows in the inbox, and by a campaign's close. */
export const handler = await start('seal-ledger', async (base) =>
  createHandler({ ledger: await openLedger(base), log: base.log }),
);
