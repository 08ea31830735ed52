// BatchWriteItem: up to 25 puts and deletes, each on its own, none with a condition. Opening a campaign comes
// through here 200,000 rows at a time, so items in everyday form skip the engine's checking and copying.
import { consumedByWrites } from './capacity.ts';
import type { Answer, BatchedWrite, ParsedRequest } from './engine.ts';
import { database, parseRequest, refuse } from './engine.ts';
import { createEngineStore } from './engine-store.ts';
import { ServiceFault, validationFault } from './fault.ts';
import { refuseOnInsertOnly } from './insert-only.ts';
import type { WriteContext } from './item-write.ts';
import type { PlannedWrite } from './planned-write.ts';
import { planWrite } from './planned-write.ts';
import { itemKey } from './row-keys.ts';
import type { Table } from './table-catalog.ts';
import type { Item } from './values.ts';
import { isPlainItem } from './values.ts';
import type { WriteGroup, WriteQueue } from './write-queue.ts';

const MAX_WRITES = 25;

function hasOnly(value: unknown, name: string): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 1 && name in value;
}

function isPlainWrite(write: unknown): write is BatchedWrite {
  if (hasOnly(write, 'PutRequest')) {
    const put = write['PutRequest'];
    return hasOnly(put, 'Item') && isPlainItem(put['Item']);
  }
  if (!hasOnly(write, 'DeleteRequest')) return false;
  const request = write['DeleteRequest'];
  return hasOnly(request, 'Key') && isPlainItem(request['Key']);
}

function isPlainBatch(body: unknown): body is ParsedRequest {
  if (!hasOnly(body, 'RequestItems')) return false;
  const tables = body['RequestItems'];
  if (typeof tables !== 'object' || tables === null) return false;
  const lists = Object.values(tables);
  return (
    lists.length > 0 &&
    lists.every((writes) => Array.isArray(writes) && writes.length > 0 && writes.every(isPlainWrite))
  );
}

function parseBatch(context: WriteContext, body: unknown): ParsedRequest {
  if (isPlainBatch(body)) return body;
  return parseRequest('BatchWriteItem', body, createEngineStore(context.store, context.catalog));
}

/** One write of the batch, located. */
interface Located {
  readonly table: Table;
  readonly key: string;
  readonly next: Item | undefined;
}

function locate(table: Table, write: BatchedWrite): Located {
  if (write.PutRequest) {
    const next = write.PutRequest.Item;
    refuse(database.validateItem(next, table.description));
    return { table, key: itemKey(table.description, next), next };
  }
  const key = write.DeleteRequest?.Key ?? {};
  refuse(database.validateKey(key, table.description));
  return { table, key: itemKey(table.description, key), next: undefined };
}

/** In a batch, DynamoDB words a bad key in its own way. */
function asBatchFault(failure: unknown): unknown {
  if (!(failure instanceof ServiceFault)) return failure;
  return /Missing the key|Type mismatch for key/.test(failure.message)
    ? validationFault('The provided key element does not match the schema')
    : failure;
}

function locateAll({ catalog }: WriteContext, { RequestItems = {} }: ParsedRequest): readonly Located[] {
  const located = Object.entries(RequestItems).flatMap(([name, writes]) => {
    const table = catalog.active(name);
    return writes.map((write) => locate(table, write));
  });
  if (located.length > MAX_WRITES) {
    throw validationFault('Too many items requested for the BatchWriteItem call');
  }
  if (new Set(located.map(({ key }) => key)).size < located.length) {
    throw validationFault('Provided list of item keys contains duplicates');
  }
  return located;
}

/** A table without indexes and expiry, with nobody listening, need not know what it overwrites. */
function planLocated(group: WriteGroup, { table, key, next }: Located, asksUnits: boolean): PlannedWrite {
  const needsPrevious =
    asksUnits || group.needsPrevious || table.indexes.length > 0 || table.expiryAttribute !== undefined;
  return planWrite(table, key, { previous: needsPrevious ? group.read(key) : undefined, next });
}

/** Answers BatchWriteItem; all writes of a request are committed together. @throws ServiceFault */
export async function writeBatch(context: WriteContext, queue: WriteQueue, body: unknown): Promise<Answer> {
  const request = parseBatch(context, body);
  for (const name of Object.keys(request.RequestItems ?? {}))
    refuseOnInsertOnly(context, 'BatchWriteItem', name);
  const asked = request.ReturnConsumedCapacity;
  return queue.write((group) => {
    try {
      const writes = locateAll(context, request).map((located) =>
        planLocated(group, located, asked !== undefined),
      );
      group.apply(writes);
      const consumed = consumedByWrites(asked, writes);
      return { UnprocessedItems: {}, ...(consumed.length > 0 ? { ConsumedCapacity: consumed } : {}) };
    } catch (failure) {
      throw asBatchFault(failure);
    }
  });
}
