import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { database } from '../../../lib/local/dynamodb/engine.ts';
import { createMemoryStore } from '../../../lib/local/dynamodb/memory-store.ts';
import { orderKey } from '../../../lib/local/dynamodb/row-keys.ts';
import type { TestTables } from './tables.ts';
import { createRows, keyOf, startTables } from './tables.ts';

let tables: TestTables;
let run = 0;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());

/** One action on a small row: its value, and whether it is in the index. */
interface Action {
  readonly kind: 'put' | 'add' | 'delete' | 'check';
  readonly row: number;
  readonly value: number;
  readonly isIndexed: boolean;
  /** The value the row must have; undefined = no condition. */
  readonly expected: number | undefined;
}

interface Row {
  readonly value: number;
  readonly isIndexed: boolean;
}

const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom('put', 'add', 'delete', 'check'),
  row: fc.nat(5),
  value: fc.nat(3),
  isIndexed: fc.boolean(),
  expected: fc.option(fc.nat(2), { nil: undefined, freq: 2 }),
});

const transaction = fc.uniqueArray(action, { selector: ({ row }) => row, minLength: 1, maxLength: 5 });

function conditionOf({ kind, expected }: Action) {
  if (expected !== undefined) {
    return {
      ConditionExpression: 'v = :seen',
      ExpressionAttributeValues: { ':seen': { N: String(expected) } },
    };
  }
  return kind === 'check' ? { ConditionExpression: 'attribute_exists(pk)' } : {};
}

function requestOf(TableName: string, step: Action): TransactWriteItem {
  const Key = keyOf(`row ${step.row}`);
  const condition = conditionOf(step);
  if (step.kind === 'check') {
    return { ConditionCheck: { TableName, Key, ConditionExpression: 'attribute_exists(pk)', ...condition } };
  }
  if (step.kind === 'delete') return { Delete: { TableName, Key, ...condition } };
  if (step.kind === 'put') {
    const Item: Record<string, AttributeValue> = { ...Key, v: { N: String(step.value) } };
    if (step.isIndexed) Object.assign(Item, { dueHour: { S: 'h' }, dueAt: { S: `v${step.value}` } });
    return { Put: { TableName, Item, ...condition } };
  }
  const values = { ...condition.ExpressionAttributeValues, ':n': { N: String(step.value) } };
  const UpdateExpression = `ADD v :n REMOVE dueHour`;
  return { Update: { TableName, Key, UpdateExpression, ...condition, ExpressionAttributeValues: values } };
}

function holds(rows: ReadonlyMap<number, Row>, { kind, row, expected }: Action): boolean {
  if (expected !== undefined) return rows.get(row)?.value === expected;
  return kind !== 'check' || rows.has(row);
}

function applyTo(rows: Map<number, Row>, { kind, row, value, isIndexed }: Action): void {
  if (kind === 'put') rows.set(row, { value, isIndexed });
  if (kind === 'add') rows.set(row, { value: (rows.get(row)?.value ?? 0) + value, isIndexed: false });
  if (kind === 'delete') rows.delete(row);
}

async function scanned(TableName: string, IndexName?: string): Promise<string[]> {
  const { Items = [] } = await tables.client.send(
    new ScanCommand({ TableName, ...(IndexName ? { IndexName } : {}) }),
  );
  return Items.map(({ pk, v }) => `${pk?.S}${IndexName ? '' : `=${v?.N}`}`).toSorted();
}

describe('transactions', () => {
  test('agree with a model that applies all or nothing, index included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { minLength: 1, maxLength: 8 }), async (transactions) => {
        const name = `model-${(run += 1)}`;
        await createRows(tables.client, name);
        const rows = new Map<number, Row>();
        for (const steps of transactions) {
          const outcome = await tables.client
            .send(
              new TransactWriteItemsCommand({ TransactItems: steps.map((step) => requestOf(name, step)) }),
            )
            .then(
              () => 'done',
              (failure: Error) => failure.name,
            );
          const isAllowed = steps.every((step) => holds(rows, step));
          expect(outcome).toBe(isAllowed ? 'done' : 'TransactionCanceledException');
          if (isAllowed) for (const step of steps) applyTo(rows, step);
        }
        const expected = [...rows].map(([row, { value }]) => `row ${row}=${value}`).toSorted();
        const indexed = [...rows]
          .flatMap(([row, { isIndexed }]) => (isIndexed ? [`row ${row}`] : []))
          .toSorted();
        expect(await scanned(name)).toEqual(expected);
        expect(await scanned(name, 'due')).toEqual(indexed);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the key space in memory', () => {
  test('walks like a sorted list, both ways, whatever was put and deleted', async () => {
    const key = fc.stringMatching(/^[a-c]{1,3}$/);
    const bounds = fc.record(
      { gt: key, gte: key, lt: key, lte: key, limit: fc.integer({ min: -1, max: 5 }), reverse: fc.boolean() },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(key, fc.boolean())), bounds, async (steps, range) => {
        const store = createMemoryStore();
        const model = new Set<string>();
        for (const [name, isPut] of steps) {
          await store.batch([isPut ? { type: 'put', key: name, value: name } : { type: 'del', key: name }]);
          if (isPut) model.add(name);
          else model.delete(name);
        }
        const inside = [...model]
          .toSorted()
          .filter(
            (name) =>
              (range.gt === undefined || name > range.gt) &&
              (range.gte === undefined || name >= range.gte) &&
              (range.lt === undefined || name < range.lt) &&
              (range.lte === undefined || name <= range.lte),
          );
        const ordered = range.reverse ? inside.reverse() : inside;
        const expected =
          range.limit === undefined || range.limit < 0 ? ordered : ordered.slice(0, range.limit);

        const walked: string[] = [];
        await store.walk(range, (name) => walked.push(name) > 0);

        expect(walked).toEqual(expected);
      }),
    );
  });

  test('keeps many keys in order', async () => {
    const store = createMemoryStore();
    const keys = Array.from({ length: 5000 }, (_, at) => String((at * 7919) % 5000).padStart(4, '0'));
    await store.batch(keys.map((key) => ({ type: 'put', key, value: key })));
    await store.batch(keys.filter((key) => key.endsWith('3')).map((key) => ({ type: 'del', key })));

    const walked: string[] = [];
    await store.walk({}, (key) => walked.push(key) > 0);

    expect(walked).toEqual(keys.filter((key) => !key.endsWith('3')).toSorted());
  });
});

describe('row keys', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).map((S) => ({ S }));
  const number = fc.integer().map((N) => ({ N: String(N) }));
  const bytes = fc
    .uint8Array({ minLength: 1 })
    .map((value) => ({ B: Buffer.from(value).toString('base64') }));

  test.each([
    ['S', text],
    ['N', number],
    ['B', bytes],
  ] as const)('of type %s are the ones the engine looks for', (type, value) => {
    const table = {
      TableName: 'rows',
      TableArn: '',
      TableStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: type },
        { AttributeName: 'sk', AttributeType: type },
      ],
    };
    fc.assert(
      fc.property(value, value, (pk, sk) => {
        expect(orderKey({ pk, sk }, table.KeySchema)).toBe(database.createKey({ pk, sk }, table));
      }),
    );
  });
});
