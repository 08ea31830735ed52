// PutItem, UpdateItem, DeleteItem.
import * as z from 'zod';
import { consumedByWrites } from './capacity.ts';
import type { Answer } from './engine.ts';
import { parseRequest } from './engine.ts';
import { createEngineStore } from './engine-store.ts';
import { validationFault } from './fault.ts';
import { refuseOnInsertOnly } from './insert-only.ts';
import type { ItemAction, ItemWrite, WriteContext } from './item-write.ts';
import { answerOf, planItemWrite } from './item-write.ts';
import type { WriteQueue } from './write-queue.ts';

const FailureView = z.object({ ReturnValuesOnConditionCheckFailure: z.enum(['ALL_OLD', 'NONE']).optional() });

/** Whether a request wants to see the item that made its condition fail. @throws ServiceFault ValidationException */
export function showsOnFailure(body: unknown): boolean {
  const view = FailureView.safeParse(body);
  if (!view.success) {
    throw validationFault(
      "1 validation error detected: Value at 'returnValuesOnConditionCheckFailure' failed to satisfy constraint: " +
        'Member must satisfy enum value set: [ALL_OLD, NONE]',
    );
  }
  return view.data.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
}

/** Checks and parses one write of one item. @throws ServiceFault ValidationException, SerializationException, AccessDeniedException */
export function parseItemWrite(context: WriteContext, action: ItemAction, body: unknown): ItemWrite {
  const shows = showsOnFailure(body);
  const operation = action === 'ConditionCheck' ? 'DeleteItem' : action;
  const request = parseRequest(operation, body, createEngineStore(context.store, context.catalog));
  if (action !== 'ConditionCheck') refuseOnInsertOnly(context, action, request.TableName);
  return { action, request, showsOnFailure: shows };
}

/** Answers PutItem, UpdateItem and DeleteItem. @throws ServiceFault */
export async function writeItem(
  context: WriteContext,
  queue: WriteQueue,
  action: Exclude<ItemAction, 'ConditionCheck'>,
  body: unknown,
): Promise<Answer> {
  const itemWrite = parseItemWrite(context, action, body);
  return queue.write((group) => {
    const { write, attributes } = planItemWrite(context, group, itemWrite);
    const writes = write ? [write] : [];
    group.apply(writes);
    const [consumed] = consumedByWrites(itemWrite.request.ReturnConsumedCapacity, writes);
    return answerOf(attributes, consumed ? { ConsumedCapacity: consumed } : {});
  });
}
