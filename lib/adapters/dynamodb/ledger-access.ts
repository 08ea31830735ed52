// Access to a table whose rows bear the times they are given: no clock, no shards of due work.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { realSleep, type Sleep } from './backoff.ts';
import type { TableAccess } from './table-access.ts';

/** A table to open. */
export interface OpenTable {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Waits between attempts. @default real waiting */
  readonly sleep?: Sleep;
}

/** Makes the access. */
export function clocklessAccess({ client, table, sleep = realSleep }: OpenTable): TableAccess {
  const now = () => {
    throw new RangeError(`Nothing in table ${table} falls due.`);
  };
  return { client, table, clock: { now }, sleep, dueShards: 0, inboxShards: 0 };
}
