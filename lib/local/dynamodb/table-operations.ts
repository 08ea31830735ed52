// CreateTable, UpdateTable, DeleteTable: the engine's, done when they answer, and with deletion protection.
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { Answer, EngineOperation, TableDescription } from './engine.ts';
import { parseRequest, runAction } from './engine.ts';
import { createEngineStore } from './engine-store.ts';
import { modelFault, notFoundFault, ServiceFault, validationFault } from './fault.ts';
import { refuseOnInsertOnly } from './insert-only.ts';
import type { WriteContext } from './item-write.ts';
import { parseWith } from './parse-with.ts';
import type { WriteQueue } from './write-queue.ts';

/** Members of a request that the engine does not know and would drop. */
const Additions = z.object({
  DeletionProtectionEnabled: z.boolean().optional(),
  StreamSpecification: z.record(z.string(), z.unknown()).optional(),
});

const TableUpdate = z.looseObject({
  TableName: z.string(),
  DeletionProtectionEnabled: z.boolean().optional(),
  GlobalSecondaryIndexUpdates: z.array(z.record(z.string(), z.unknown())).optional(),
});

const SETTLE_MS = 5000;

/** The engine finishes such a change a moment after it has answered. */
async function settled({ catalog }: WriteContext, name: string): Promise<TableDescription | undefined> {
  for (const deadlineMs = Date.now() + SETTLE_MS; Date.now() < deadlineMs; await pause(1)) {
    const table = catalog.find(name)?.description;
    if (table === undefined || table.TableStatus === 'ACTIVE') return table;
  }
  throw new Error(`table ${name} did not settle within ${SETTLE_MS} ms`);
}

async function change(
  context: WriteContext,
  operation: EngineOperation,
  body: unknown,
  additions: object,
): Promise<Answer> {
  const store = createEngineStore(context.store, context.catalog);
  const request = Object.assign(parseRequest(operation, body, store), additions);
  const answer = structuredClone(await runAction(operation, request, store));
  await settled(context, request.TableName);
  return answer;
}

/** Answers CreateTable; the table is active when it does. @throws ServiceFault ResourceInUseException */
export async function createTable(context: WriteContext, queue: WriteQueue, body: unknown): Promise<Answer> {
  const additions = parseWith(Additions, body);
  return queue.alone(async () => {
    try {
      return await change(context, 'CreateTable', body, additions);
    } catch (failure) {
      if (!(failure instanceof ServiceFault) || failure.code !== 'ResourceInUseException') throw failure;
      throw modelFault('ResourceInUseException', 'Table already exists');
    }
  });
}

/** Answers DeleteTable; the table and its rows are gone when it does. @throws ServiceFault when it is protected */
export async function deleteTable(context: WriteContext, queue: WriteQueue, body: unknown): Promise<Answer> {
  const { TableName } = parseWith(z.object({ TableName: z.string() }), body);
  refuseOnInsertOnly(context, 'DeleteTable', TableName);
  return queue.alone(async () => {
    if (context.catalog.find(TableName)?.description.DeletionProtectionEnabled) {
      throw validationFault(
        'Resource cannot be deleted as it is currently protected against deletion. ' +
          'Disable deletion protection first.',
      );
    }
    return change(context, 'DeleteTable', body, {});
  });
}

/** Answers UpdateTable: throughput, billing mode, deletion protection. @throws ServiceFault for a change of indexes */
export async function updateTable(context: WriteContext, queue: WriteQueue, body: unknown): Promise<Answer> {
  const { TableName, DeletionProtectionEnabled, GlobalSecondaryIndexUpdates, ...others } = parseWith(
    TableUpdate,
    body,
  );
  if (GlobalSecondaryIndexUpdates?.some((update) => 'Create' in update || 'Delete' in update)) {
    throw validationFault(
      'These tables keep the indexes they were created with: indexes cannot be added or deleted',
    );
  }
  return queue.alone(async () => {
    const table = context.catalog.find(TableName)?.description;
    if (!table) throw notFoundFault(`Requested resource not found: Table: ${TableName} not found`);
    if (DeletionProtectionEnabled !== undefined) {
      await context.catalog.describe({ ...table, DeletionProtectionEnabled });
      const isAll = GlobalSecondaryIndexUpdates === undefined && Object.keys(others).length === 0;
      if (isAll) return { TableDescription: context.catalog.find(TableName)?.description };
    }
    return change(context, 'UpdateTable', body, {});
  });
}
