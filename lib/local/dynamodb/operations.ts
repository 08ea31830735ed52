// Every operation the server answers, by name.
import * as z from 'zod';
import type { Clock } from '../../application/ports/clock.ts';
import { writeBatch } from './batch-write.ts';
import type { Answer, EngineOperation, ParsedRequest } from './engine.ts';
import { parseRequest, runAction } from './engine.ts';
import { createEngineStore } from './engine-store.ts';
import { coralFault, validationFault } from './fault.ts';
import { executeStatement, executeStatements } from './insert-statement.ts';
import type { WriteContext } from './item-write.ts';
import { parseWith } from './parse-with.ts';
import { writeItem } from './single-writes.ts';
import { createTable, deleteTable, updateTable } from './table-operations.ts';
import { describeTimeToLive, sweepExpired, updateTimeToLive } from './time-to-live.ts';
import { transactGet } from './transact-get.ts';
import { transactWrite } from './transact-write.ts';
import type { TransactionTokens } from './transaction-tokens.ts';
import type { WriteQueue } from './write-queue.ts';

/** What answers requests, whatever carries them here. */
export interface Operations {
  /** @throws ServiceFault what DynamoDB would refuse; UnknownOperationException for what this server cannot do */
  answer(operation: string, body: unknown): Promise<Answer>;
  /** Deletes what has expired by the clock; resolves to how many items. */
  sweepExpired(): Promise<number>;
}

type Operation = (body: unknown) => Promise<Answer> | Answer;

const READS: readonly EngineOperation[] = [
  'BatchGetItem',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'Query',
  'Scan',
];

const MAX_KEYS = 100;
const BatchedKeys = z.object({
  RequestItems: z.record(z.string(), z.object({ Keys: z.array(z.unknown()) })),
});

/** The engine counts keys table by table, the service all of them. */
function refuseTooMany(request: ParsedRequest): void {
  const { RequestItems } = parseWith(BatchedKeys, request);
  const keys = Object.values(RequestItems).reduce((sum, { Keys }) => sum + Keys.length, 0);
  if (keys > MAX_KEYS) throw validationFault('Too many items requested for the BatchGetItem call');
}

function readsOf(context: WriteContext): Readonly<Record<string, Operation>> {
  const read = (operation: EngineOperation) => async (body: unknown) => {
    const store = createEngineStore(context.store, context.catalog);
    const request = parseRequest(operation, body, store);
    if (operation === 'BatchGetItem') refuseTooMany(request);
    return runAction(operation, request, createEngineStore(context.store, context.catalog, request));
  };
  return Object.fromEntries(READS.map((operation) => [operation, read(operation)]));
}

/** Puts the operations together. */
export function createOperations(
  context: WriteContext,
  queue: WriteQueue,
  { tokens, clock }: { readonly tokens: TransactionTokens; readonly clock: Clock },
): Operations {
  const store = createEngineStore(context.store, context.catalog);
  const tag = (operation: EngineOperation) => (body: unknown) =>
    queue.alone(() => runAction(operation, parseRequest(operation, body, store), store));

  const operations = new Map<string, Operation>(
    Object.entries({
      ...readsOf(context),
      PutItem: (body: unknown) => writeItem(context, queue, 'PutItem', body),
      UpdateItem: (body: unknown) => writeItem(context, queue, 'UpdateItem', body),
      DeleteItem: (body: unknown) => writeItem(context, queue, 'DeleteItem', body),
      BatchWriteItem: (body: unknown) => writeBatch(context, queue, body),
      TransactWriteItems: (body: unknown) => transactWrite(context, queue, tokens, body),
      TransactGetItems: (body: unknown) => transactGet(context, queue, body),
      ExecuteStatement: (body: unknown) => executeStatement(context, queue, body),
      BatchExecuteStatement: (body: unknown) => executeStatements(context, queue, body),
      UpdateTimeToLive: (body: unknown) => updateTimeToLive(context, queue, body),
      DescribeTimeToLive: (body: unknown) => describeTimeToLive(context, body),
      CreateTable: (body: unknown) => createTable(context, queue, body),
      UpdateTable: (body: unknown) => updateTable(context, queue, body),
      DeleteTable: (body: unknown) => deleteTable(context, queue, body),
      TagResource: tag('TagResource'),
      UntagResource: tag('UntagResource'),
    }),
  );

  return {
    answer: async (name, body) => {
      const operation = operations.get(name);
      if (!operation) throw coralFault('UnknownOperationException', '');
      return operation(body);
    },
    sweepExpired: () => sweepExpired(context, queue, clock),
  };
}
