// Both tables on an embedded DynamoDB server, and every row in them.
import {
  type AttributeValue,
  BatchWriteItemCommand,
  DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { ensureTables } from '../../../lib/adapters/dynamodb/tables.ts';
import type { Clock } from '../../../lib/application/ports/clock.ts';
import { startDynamoDb } from '../../../lib/local/dynamodb/start-dynamodb.ts';

/** A row as the service stores it. */
export type StoredRow = Record<string, AttributeValue>;

/** The tables while they run. */
export interface Tables {
  readonly client: DynamoDBClient;
  readonly reviews: string;
  readonly ledger: string;
  close(): Promise<void>;
}

/** Starts a server with both tables, empty. */
export async function openTables(clock: Clock): Promise<Tables> {
  const server = await startDynamoDb({ clock });
  const client = new DynamoDBClient({
    endpoint: server.endpoint,
    requestHandler: server.requestHandler,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await ensureTables({ client, reviews: 'reviews', ledger: 'ledger' });
  return {
    client,
    reviews: 'reviews',
    ledger: 'ledger',
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
}

/** Every row of a table, in order of its keys. */
export async function allRows({ client }: Tables, table: string): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  let start: StoredRow | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: table, ...(start ? { ExclusiveStartKey: start } : {}) }),
    );
    rows.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Puts rows back exactly as they were. */
export async function putRows({ client }: Tables, table: string, rows: readonly StoredRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += 25) {
    const requests = rows.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
}

function keyOf({ pk, sk }: StoredRow): string {
  return `${pk?.S ?? ''} ${sk?.S ?? ''}`;
}
