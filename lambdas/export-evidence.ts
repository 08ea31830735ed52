// Makes an evidence pack for an auditor to take away. Started by the command, which does not wait for it.
import { createLedgerStore } from '../lib/adapters/dynamodb/ledger-store.ts';
import { dynamoDb } from '../lib/deployed/dynamodb.ts';
import { openEnvironment } from '../lib/deployed/environment.ts';
import { openPacks } from '../lib/deployed/packs.ts';
import { start } from '../lib/deployed/start.ts';
import { wanted } from '../lib/deployed/wanted.ts';
import { parseVerifierKey } from '../lib/domain/attestation/log/verifier-key.ts';
import { createHandler } from '../lib/runtime/handlers/export-evidence.ts';

/** Invoked by the function that serves the command. */
export const handler = await start('export-evidence', async (base) => {
  const { environment } = await openEnvironment(base);
  return createHandler({
    environment,
    store: environment.store,
    ledger: createLedgerStore({ client: dynamoDb(), table: wanted(base, 'ledgerTable') }),
    packs: openPacks(base),
    witnessKeys: base.installation.witnesses.map(({ verifierKey }) => parseVerifierKey(verifierKey)),
    log: base.log,
  });
});
