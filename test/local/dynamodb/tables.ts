// Tables to test on: started in memory, with the real SDK in front of them.

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../lib/application/ports/clock.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import { instantOf, millisOf } from '../../../lib/domain/time.ts';
import type { DynamoDb, DynamoDbOptions } from '../../../lib/local/dynamodb/start-dynamodb.ts';
import { startDynamoDb } from '../../../lib/local/dynamodb/start-dynamodb.ts';

/** A clock that moves when told to. */
export interface TestClock extends Clock {
  advance(ms: number): void;
}

export function clockAt(start: string): TestClock {
  let nowMs = millisOf(start as Instant);
  return {
    now: () => instantOf(nowMs),
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

export interface TestTables extends DynamoDb {
  readonly client: DynamoDBClient;
}

export function clientOf(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}

/** Starts tables with a `rows` table: key pk + sk, and the sparse index `due` on dueHour + dueAt. */
export async function startTables(options: Partial<DynamoDbOptions> = {}): Promise<TestTables> {
  const tables = await startDynamoDb({ clock: clockAt('2026-03-02T08:00:00.000Z'), ...options });
  const client = clientOf(tables.endpoint);
  return {
    ...tables,
    client,
    close: async () => {
      client.destroy();
      await tables.close();
    },
  };
}

export async function createRows(client: DynamoDBClient, name = 'rows'): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk', 'dueHour', 'dueAt'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'dueHour', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
}

export function keyOf(pk: string, sk = '-'): Record<string, AttributeValue> {
  return { pk: { S: pk }, sk: { S: sk } };
}
