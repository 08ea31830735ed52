// The tables of the embedded stack, and the real SDK client in front of them.
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ensureTables } from '../adapters/dynamodb/tables.ts';
import type { Clock } from '../application/ports/clock.ts';
import { type DueHeap, dueInstantOf } from './due-heap.ts';
import { startDynamoDb } from './dynamodb/start-dynamodb.ts';

/** Names of the two tables. */
export const REVIEWS_TABLE = 'countersign-reviews';
export const LEDGER_TABLE = 'countersign-ledger';

/** Tables while they run. */
export interface LocalTables {
  readonly client: DynamoDBClient;
  /** Until everything committed so far has been seen by whoever follows changes. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the tables; what falls due is told to the heap as it is written. */
export async function startTables(dataDir: string, clock: Clock, due: DueHeap): Promise<LocalTables> {
  const server = await startDynamoDb({
    dataDir: join(dataDir, 'tables'),
    clock,
    insertOnlyTables: [LEDGER_TABLE],
    onChange: (records) => {
      for (const { dynamodb } of records) {
        const at = dueInstantOf(dynamodb.NewImage);
        if (at) due.add(at);
      }
    },
  });
  const client = new DynamoDBClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: server.requestHandler,
  });
  await ensureTables({ client, reviews: REVIEWS_TABLE, ledger: LEDGER_TABLE });
  return {
    client,
    drained: server.drained,
    async close() {
      client.destroy();
      await server.close();
    },
  };
}
