// What requests really cost: the service's own count of capacity units, summed over every answer of a client.
import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';

const WRITING: ReadonlySet<string> = new Set([
  'PutItemCommand',
  'UpdateItemCommand',
  'DeleteItemCommand',
  'BatchWriteItemCommand',
  'TransactWriteItemsCommand',
]);
const READING: ReadonlySet<string> = new Set(['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand']);

/** Capacity units used since the meter was attached or reset. Requests that failed are not in it: they report none. */
export interface CapacityMeter {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly requests: number;
  reset(): void;
}

/** Attaches a meter to a client: asks for `ReturnConsumedCapacity` on every request and sums the answers. */
export function attachCapacityMeter(client: DynamoDBClient): CapacityMeter {
  const spent = { writeUnits: 0, readUnits: 0, requests: 0 };
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const isWrite = WRITING.has(commandName);
        if (!isWrite && !READING.has(commandName)) return next(args);
        const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' } as typeof args.input;
        const answer = await next({ ...args, input });
        const { ConsumedCapacity } = answer.output as {
          ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
        };
        const units = [ConsumedCapacity ?? []]
          .flat()
          .reduce((sum, each) => sum + (each.CapacityUnits ?? 0), 0);
        spent.requests += 1;
        if (isWrite) spent.writeUnits += units;
        else spent.readUnits += units;
        return answer;
      },
    { step: 'initialize', name: 'capacityMeter' },
  );
  return {
    get writeUnits() {
      return spent.writeUnits;
    },
    get readUnits() {
      return spent.readUnits;
    },
    get requests() {
      return spent.requests;
    },
    reset: () => void Object.assign(spent, { writeUnits: 0, readUnits: 0, requests: 0 }),
  };
}
