// Serves the command: API Gateway checked the signature, the directory says whose it is.
import { createCelExpressions } from '../lib/adapters/cel/expressions.ts';
import { createHistoryIndex } from '../lib/adapters/dynamodb/ledger-history-index.ts';
import { createLedgerStore } from '../lib/adapters/dynamodb/ledger-store.ts';
import { calledName, openInvoker, sealNow } from '../lib/deployed/calls.ts';
import { mailOf, openDoorsThatOpen } from '../lib/deployed/doors.ts';
import { dynamoDb } from '../lib/deployed/dynamodb.ts';
import { openInventory } from '../lib/deployed/inventory.ts';
import { openOpening } from '../lib/deployed/opening.ts';
import { openPacks } from '../lib/deployed/packs.ts';
import { start } from '../lib/deployed/start.ts';
import { openUseCases } from '../lib/deployed/use-cases.ts';
import { wanted } from '../lib/deployed/wanted.ts';
import { doorChecks } from '../lib/runtime/doctor/door-checks.ts';
import { principalsCheck } from '../lib/runtime/doctor/principals-check.ts';
import { freshDigests } from '../lib/runtime/fresh-digests.ts';
import { createHandler } from '../lib/runtime/handlers/serve-control.ts';

/** Invoked by the HTTP API, on a route that only takes signed requests. */
export const handler = await start('serve-control', async (base) => {
  // `countersign doctor` must be able to say that Slack's secret is missing.
  const doors = await openDoorsThatOpen(base);
  const { cases, environment, people } = await openUseCases(base, {
    ...(await openInventory(base)),
    doors,
    expressions: createCelExpressions({ clock: base.clock }),
  });
  const opening = openOpening(base);
  const invoker = openInvoker();
  return createHandler({
    environment,
    useCases: {
      ...cases,
      actions: freshDigests(cases.actions, { environment, slack: doors.messengers.slack, log: base.log }),
    },
    roles: { ...environment, people },
    checks: [...doorChecks(doors.slackTrouble ?? doors.slack, mailOf(base)), principalsCheck(environment)],
    ledger: {
      history: createHistoryIndex({ client: dynamoDb(), table: base.settings.reviewsTable }),
      ledger: createLedgerStore({ client: dynamoDb(), table: wanted(base, 'ledgerTable') }),
      tend: sealNow(base),
    },
    startOpening: (input) => opening(input),
    startCollecting: (event) => invoker.send(calledName(base, 'collect-identities'), event),
    startExport: (event) => invoker.send(calledName(base, 'export-evidence'), event),
    packs: openPacks(base),
    log: base.log,
  });
});
