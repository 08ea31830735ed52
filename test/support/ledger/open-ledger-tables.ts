// The ledger on an embedded DynamoDB server of its own, whose ledger and witness tables are insert-only.
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createHistoryIndex } from '../../../lib/adapters/dynamodb/ledger-history-index.ts';
import { createLedgerStore } from '../../../lib/adapters/dynamodb/ledger-store.ts';
import {
  createWitnessStore,
  witnessTableDefinition,
} from '../../../lib/adapters/dynamodb/ledger-witness-store.ts';
import { createReviewStore } from '../../../lib/adapters/dynamodb/review-store.ts';
import { ensureTables } from '../../../lib/adapters/dynamodb/tables.ts';
import type { Clock } from '../../../lib/application/ports/clock.ts';
import { startDynamoDb } from '../../../lib/local/dynamodb/start-dynamodb.ts';

/** Starts the server, makes three tables, opens the stores. */
export async function openLedgerTables(clock: Clock) {
  const server = await startDynamoDb({ clock, insertOnlyTables: ['ledger', 'witness'] });
  const client = new DynamoDBClient({
    endpoint: server.endpoint,
    requestHandler: server.requestHandler,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await ensureTables({ client, reviews: 'reviews', ledger: 'ledger' });
  await client.send(new CreateTableCommand(witnessTableDefinition('witness')));
  return {
    server,
    client,
    store: createReviewStore({ client, table: 'reviews', clock }),
    ledger: createLedgerStore({ client, table: 'ledger' }),
    witness: createWitnessStore({ client, table: 'witness' }),
    history: createHistoryIndex({ client, table: 'reviews' }),
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
}
