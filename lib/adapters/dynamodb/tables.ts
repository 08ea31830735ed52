// The two tables: what they look like, and making them where infrastructure code does not (embedded, tests).
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { UpstreamError } from '../../domain/errors.ts';
import { realSleep, type Sleep } from './backoff.ts';
import { DUE_INDEX } from './due.ts';
import { callTable, nameOf } from './failures.ts';

/** Attribute by which DynamoDB deletes handled messages, codes, links and requests: seconds since 1970. */
export const TTL_ATTRIBUTE = 'ttl';

/** Everything mutable, with the sparse index of due work and a stream. */
export function reviewsTableDefinition(name: string): CreateTableCommandInput {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'duePk', 'dueSk'].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: DUE_INDEX,
        KeySchema: [
          { AttributeName: 'duePk', KeyType: 'HASH' },
          { AttributeName: 'dueSk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  };
}

/** Insert-only rows of the ledger, protected from deletion. */
export function ledgerTableDefinition(name: string): CreateTableCommandInput {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    DeletionProtectionEnabled: true,
  };
}

/** What to make. */
export interface EnsureTablesOptions {
  readonly client: DynamoDBClient;
  readonly reviews: string;
  readonly ledger: string;
  readonly sleep?: Sleep;
}

/** Makes the tables that are missing and waits until both can be used. Safe to repeat, and to run twice at once. */
export async function ensureTables({
  client,
  reviews,
  ledger,
  sleep = realSleep,
}: EnsureTablesOptions): Promise<void> {
  await ensureTable(client, reviewsTableDefinition(reviews), sleep);
  await ensureTable(client, ledgerTableDefinition(ledger), sleep);
  await ensureTimeToLive(client, reviews);
}

const POLLS = 120;
const POLL_MS = 500;

async function ensureTable(
  client: DynamoDBClient,
  definition: CreateTableCommandInput,
  sleep: Sleep,
): Promise<void> {
  const name = definition.TableName ?? '';
  let status = await statusOf(client, name);
  if (status === undefined) {
    await callTable(`create table ${name}`, async () => {
      try {
        await client.send(new CreateTableCommand(definition));
      } catch (failure) {
        // Another process made it meanwhile.
        if (nameOf(failure) !== 'ResourceInUseException') throw failure;
      }
    });
    status = await statusOf(client, name);
  }
  for (let polls = 1; status !== 'ACTIVE' && status !== 'UPDATING'; polls += 1) {
    if (polls > POLLS) {
      throw new UpstreamError({
        code: 'NOT_READY',
        provider: 'dynamodb',
        retryable: true,
        message: `Table ${name} is still ${status ?? 'missing'}.`,
      });
    }
    await sleep(POLL_MS);
    status = await statusOf(client, name);
  }
}

async function statusOf(client: DynamoDBClient, name: string): Promise<string | undefined> {
  return callTable(`describe table ${name}`, async () => {
    try {
      return (await client.send(new DescribeTableCommand({ TableName: name }))).Table?.TableStatus;
    } catch (failure) {
      if (nameOf(failure) === 'ResourceNotFoundException') return undefined;
      throw failure;
    }
  });
}

async function ensureTimeToLive(client: DynamoDBClient, TableName: string): Promise<void> {
  const isOn = async (): Promise<boolean> => {
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    return TimeToLiveDescription?.TimeToLiveStatus?.startsWith('ENABL') ?? false;
  };
  await callTable(`set time to live on ${TableName}`, async () => {
    if (await isOn()) return;
    try {
      const TimeToLiveSpecification = { AttributeName: TTL_ATTRIBUTE, Enabled: true };
      await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    } catch (failure) {
      // Another process turned it on meanwhile.
      if (!(await isOn())) throw failure;
    }
  });
}
