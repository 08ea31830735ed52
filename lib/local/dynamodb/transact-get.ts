// TransactGetItems: up to 100 items as they are at one moment, between two writes.
import * as z from 'zod';
import type { Answer } from './engine.ts';
import { parseRequest, runAction } from './engine.ts';
import { createEngineStore } from './engine-store.ts';
import type { WriteContext } from './item-write.ts';
import { parseWith } from './parse-with.ts';
import type { WriteQueue } from './write-queue.ts';

const TransactGetRequest = z.object({
  TransactItems: z
    .array(z.object({ Get: z.record(z.string(), z.unknown()) }))
    .min(1)
    .max(100),
  ReturnConsumedCapacity: z.enum(['TOTAL', 'INDEXES', 'NONE']).optional(),
});

/** A transactional read costs twice a strongly consistent one. */
const UNITS_FACTOR = 2;

const Consumed = z.object({ TableName: z.string(), CapacityUnits: z.number() });

function consumedByReads(answers: readonly Answer[]): readonly Answer[] {
  const units = new Map<string, number>();
  for (const { ConsumedCapacity } of answers) {
    const { TableName, CapacityUnits } = Consumed.parse(ConsumedCapacity);
    units.set(TableName, (units.get(TableName) ?? 0) + UNITS_FACTOR * CapacityUnits);
  }
  return [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits }));
}

/** Answers TransactGetItems; an item that does not exist has an empty entry. @throws ServiceFault */
export async function transactGet(context: WriteContext, queue: WriteQueue, body: unknown): Promise<Answer> {
  const { TransactItems, ReturnConsumedCapacity = 'NONE' } = parseWith(TransactGetRequest, body);
  const store = createEngineStore(context.store, context.catalog);
  const requests = TransactItems.map(({ Get }) =>
    parseRequest('GetItem', { ...Get, ConsistentRead: true, ReturnConsumedCapacity }, store),
  );
  return queue.alone(async () => {
    const answers = await Promise.all(requests.map((request) => runAction('GetItem', request, store)));
    return {
      Responses: answers.map(({ Item }) => (Item === undefined ? {} : { Item })),
      ...(ReturnConsumedCapacity === 'NONE' ? {} : { ConsumedCapacity: consumedByReads(answers) }),
    };
  });
}
