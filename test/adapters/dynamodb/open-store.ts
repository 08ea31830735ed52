// A review store on an embedded DynamoDB server of its own.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createReviewStore } from '../../../lib/adapters/dynamodb/review-store.ts';
import { ensureTables } from '../../../lib/adapters/dynamodb/tables.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import { startDynamoDb } from '../../../lib/local/dynamodb/start-dynamodb.ts';
import { T0 } from '../../contracts/sample-records.ts';

/** Starts the server, makes the tables, opens the store. */
export async function openStore(shards = 16) {
  let now: Instant = T0;
  const clock = { now: () => now };
  const server = await startDynamoDb({ clock });
  const client = new DynamoDBClient({
    endpoint: server.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await ensureTables({ client, reviews: 'reviews', ledger: 'ledger' });
  return {
    server,
    client,
    clock,
    store: createReviewStore({ client, table: 'reviews', clock, dueShards: shards, inboxShards: shards }),
    setNow: (at: Instant) => {
      now = at;
    },
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
}
