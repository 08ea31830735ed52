// TransactWriteItems: all of up to 100 actions, or none.
import * as z from 'zod';
import { consumedByWrites } from './capacity.ts';
import type { Answer } from './engine.ts';
import type { CancellationReason } from './fault.ts';
import { modelFault, ServiceFault, validationFault } from './fault.ts';
import type { ItemAction, ItemWrite, WriteContext } from './item-write.ts';
import { locateItem, planItemWrite } from './item-write.ts';
import { parseWith } from './parse-with.ts';
import type { PlannedWrite } from './planned-write.ts';
import { parseItemWrite } from './single-writes.ts';
import type { TransactionTokens } from './transaction-tokens.ts';
import { fingerprintOf } from './transaction-tokens.ts';
import { measureItem } from './values.ts';
import type { WriteGroup, WriteQueue } from './write-queue.ts';

const MAX_ACTIONS = 100;
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

const Part = z.record(z.string(), z.unknown());
const TransactItem = z.object({
  ConditionCheck: Part.optional(),
  Put: Part.optional(),
  Update: Part.optional(),
  Delete: Part.optional(),
});
type TransactItem = z.infer<typeof TransactItem>;

const TransactWriteRequest = z.object({
  TransactItems: z.array(TransactItem).min(1).max(MAX_ACTIONS),
  ClientRequestToken: z.string().min(1).max(36).optional(),
  ReturnConsumedCapacity: z.enum(['TOTAL', 'INDEXES', 'NONE']).optional(),
  ReturnItemCollectionMetrics: z.enum(['SIZE', 'NONE']).optional(),
});

const ACTIONS: readonly (readonly [keyof TransactItem, ItemAction])[] = [
  ['ConditionCheck', 'ConditionCheck'],
  ['Put', 'PutItem'],
  ['Update', 'UpdateItem'],
  ['Delete', 'DeleteItem'],
];

function parseAction(context: WriteContext, item: TransactItem): ItemWrite {
  const [chosen, ...others] = ACTIONS.filter(([name]) => item[name] !== undefined);
  if (chosen === undefined || others.length > 0) {
    throw validationFault('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const [name, action] = chosen;
  const itemWrite = parseItemWrite(context, action, item[name]);
  refuseIncomplete(itemWrite, item);
  return itemWrite;
}

function refuseIncomplete({ action, request }: ItemWrite, item: TransactItem): void {
  if (action === 'ConditionCheck' && request.ConditionExpression === undefined) {
    throw validationFault('The expression can not be empty; ConditionCheck needs a ConditionExpression');
  }
  if (action === 'UpdateItem' && item.Update?.['UpdateExpression'] === undefined) {
    throw validationFault('The expression can not be empty; Update needs an UpdateExpression');
  }
}

/** Two actions on one item are refused before any is tried, whether or not their conditions hold. */
function refuseRepeats(context: WriteContext, actions: readonly ItemWrite[]): void {
  const keys = new Set<string>();
  for (const action of actions) {
    const key = placeOf(context, action);
    if (key === undefined) continue;
    if (keys.has(key)) {
      throw validationFault('Transaction request cannot include multiple operations on one item');
    }
    keys.add(key);
  }
}

/** Undefined when the key is malformed: that is then told as the reason of this one action. */
function placeOf(context: WriteContext, action: ItemWrite): string | undefined {
  try {
    return locateItem(context, action).key;
  } catch (failure) {
    if (failure instanceof ServiceFault && failure.code === 'ValidationException') return undefined;
    throw failure;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  ValidationException: 'ValidationError',
};

function reasonOf(failure: unknown): CancellationReason {
  const code = failure instanceof ServiceFault ? REASONS[failure.code] : undefined;
  if (code === undefined || !(failure instanceof ServiceFault)) throw failure;
  const { message, Item } = failure.body;
  return { Code: code, Message: message, ...(Item === undefined ? {} : { Item }) };
}

/** Tries every action, so that every reason is told, in the order of the actions. */
function planAll(
  context: WriteContext,
  group: WriteGroup,
  actions: readonly ItemWrite[],
): readonly PlannedWrite[] {
  const writes: PlannedWrite[] = [];
  const reasons = actions.map((action): CancellationReason => {
    try {
      const { write } = planItemWrite(context, group, action);
      if (write) writes.push(write);
      return { Code: 'None' };
    } catch (failure) {
      return reasonOf(failure);
    }
  });
  if (reasons.some(({ Code }) => Code !== 'None')) {
    const codes = reasons.map(({ Code }) => Code).join(', ');
    throw modelFault(
      'TransactionCanceledException',
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
      { CancellationReasons: reasons },
    );
  }
  return writes;
}

function refuseTooLarge(writes: readonly PlannedWrite[]): void {
  const bytes = writes.reduce((sum, { next }) => sum + (next ? measureItem(next) : 0), 0);
  if (bytes > MAX_TRANSACTION_BYTES) {
    throw validationFault('Transaction request exceeds the aggregate size limit of 4 MB');
  }
}

/** Answers TransactWriteItems. @throws ServiceFault TransactionCanceledException with one reason per action */
export async function transactWrite(
  context: WriteContext,
  queue: WriteQueue,
  tokens: TransactionTokens,
  body: unknown,
): Promise<Answer> {
  const fingerprint = fingerprintOf(body);
  const request = parseWith(TransactWriteRequest, body);
  const actions = request.TransactItems.map((item) => parseAction(context, item));
  refuseRepeats(context, actions);
  const token = request.ClientRequestToken;
  const once = token === undefined ? undefined : tokens.claim(token, fingerprint);
  try {
    return await queue.write((group) => {
      if (once?.isDone()) return {};
      const writes = planAll(context, group, actions);
      refuseTooLarge(writes);
      group.apply(writes, once?.remember());
      const consumed = consumedByWrites(request.ReturnConsumedCapacity, writes, { isTransaction: true });
      return consumed.length > 0 ? { ConsumedCapacity: consumed } : {};
    });
  } catch (failure) {
    once?.release();
    throw failure;
  }
}
