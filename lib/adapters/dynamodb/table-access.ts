// What every part of the store is given, and the reads they share. All reads of the table itself are strongly consistent.
import {
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../application/ports/clock.ts';
import { UpstreamError } from '../../domain/errors.ts';
import { gatherReads } from '../records/gather-reads.ts';
import type { Address } from './addresses.ts';
import { backoffMs, type Sleep } from './backoff.ts';
import { callTable } from './failures.ts';
import { textOfRow } from './pointers.ts';
import { keyAttributes, type Row, type RowContext } from './row-codec.ts';

/** The table and how it is cut. */
export interface TableAccess {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly dueShards: number;
  readonly inboxShards: number;
}

/** What rows are made with now. */
export function rowContext({ clock, dueShards, inboxShards }: TableAccess): RowContext {
  return { now: clock.now(), dueShards, inboxShards };
}

const TRIES = 10;
const KEYS_PER_CALL = 100;
const CALLS_AT_ONCE = 4;

/** Reads one row. */
export async function getRow({ client, table }: TableAccess, address: Address): Promise<Row | undefined> {
  const command = new GetItemCommand({ TableName: table, Key: keyAttributes(address), ConsistentRead: true });
  return (await callTable('read a row', () => client.send(command))).Item;
}

/** Reads rows by key; what is asked for in one turn of the event loop is one request, for each hundred of them. */
export type ReadRows = (addresses: readonly Address[]) => Promise<ReadonlyMap<string, Row>>;

/** Makes the reader of one store. A row that is asked for alone is read alone. */
export function readRowsTogether(access: TableAccess): ReadRows {
  return gatherReads(
    async (addresses: readonly Address[]): Promise<ReadonlyMap<string, Row>> => {
      const [only] = addresses;
      if (!only || addresses.length > 1) return getRows(access, addresses);
      const row = await getRow(access, only);
      return new Map(row ? [[textOfAddress(only), row]] : []);
    },
    textOfAddress,
    KEYS_PER_CALL,
  );
}

/** Reads any number of rows, by text of their key. */
export async function getRows(access: TableAccess, addresses: readonly Address[]): Promise<Map<string, Row>> {
  const keys = [
    ...new Map(addresses.map((address) => [textOfAddress(address), keyAttributes(address)])).values(),
  ];
  const chunks: Row[][] = [];
  for (let at = 0; at < keys.length; at += KEYS_PER_CALL) chunks.push(keys.slice(at, at + KEYS_PER_CALL));
  const found = new Map<string, Row>();
  const worker = async (): Promise<void> => {
    for (let chunk = chunks.pop(); chunk; chunk = chunks.pop()) {
      for (const row of await getChunk(access, chunk)) found.set(textOfRow(row), row);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CALLS_AT_ONCE, chunks.length) }, worker));
  return found;
}

/** A key as `textOfRow` writes it. */
export function textOfAddress({ pk, sk }: Address): string {
  return `${pk}\n${sk}`;
}

async function getChunk({ client, table, sleep }: TableAccess, keys: readonly Row[]): Promise<Row[]> {
  const rows: Row[] = [];
  let left: readonly Row[] = keys;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const command = new BatchGetItemCommand({
      RequestItems: { [table]: { Keys: [...left], ConsistentRead: true } },
    });
    const answer = await callTable('read rows', () => client.send(command));
    rows.push(...(answer.Responses?.[table] ?? []));
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    if (left.length === 0) return rows;
    await sleep(backoffMs(attempt));
  }
  throw new UpstreamError({
    code: 'THROTTLED',
    provider: 'dynamodb',
    retryable: true,
    message: `DynamoDB left ${left.length} rows unread after ${TRIES} tries.`,
  });
}

/** One partition, or the part of it whose sort keys begin with `prefix` or are at most `upTo`. */
export interface PartitionRange {
  readonly pk: string;
  readonly prefix?: string;
  readonly upTo?: string;
  /** Sort key to go on after; the row need not exist any more. */
  readonly after?: string | undefined;
  readonly descending?: boolean;
}

function conditionOf({
  pk,
  prefix,
  upTo,
}: PartitionRange): Pick<
  ConstructorParameters<typeof QueryCommand>[0],
  'KeyConditionExpression' | 'ExpressionAttributeValues'
> {
  const values: Row = { ':pk': { S: pk } };
  if (prefix !== undefined) {
    values[':prefix'] = { S: prefix };
    return {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: values,
    };
  }
  if (upTo !== undefined) {
    values[':upTo'] = { S: upTo };
    return { KeyConditionExpression: 'pk = :pk AND sk <= :upTo', ExpressionAttributeValues: values };
  }
  return { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: values };
}

/** Rows of one partition in order of sort key; all of them, or the first `limit`. */
export async function queryRows(
  { client, table }: TableAccess,
  range: PartitionRange,
  limit = Number.POSITIVE_INFINITY,
): Promise<Row[]> {
  const rows: Row[] = [];
  let start = range.after === undefined ? undefined : keyAttributes({ pk: range.pk, sk: range.after });
  do {
    const left = limit - rows.length;
    const command = new QueryCommand({
      TableName: table,
      ...conditionOf(range),
      ConsistentRead: true,
      ScanIndexForward: !range.descending,
      ...(Number.isFinite(left) ? { Limit: left } : {}),
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    const answer = await callTable('list rows', () => client.send(command));
    rows.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start && rows.length < limit);
  return rows;
}

/** Number of rows in one partition. */
export async function countRows({ client, table }: TableAccess, pk: string): Promise<number> {
  let count = 0;
  let start: Row | undefined;
  do {
    const command = new QueryCommand({
      TableName: table,
      ...conditionOf({ pk }),
      ConsistentRead: true,
      Select: 'COUNT',
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    const answer = await callTable('count rows', () => client.send(command));
    count += answer.Count ?? 0;
    start = answer.LastEvaluatedKey;
  } while (start);
  return count;
}
