import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import {
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TestTables } from './tables.ts';
import { createRows, keyOf, startTables } from './tables.ts';

let tables: TestTables;
let wallMs = 0;

beforeEach(async () => {
  wallMs = 1_000_000;
  tables = await startTables({ wallClockMs: () => wallMs });
  await createRows(tables.client);
});
afterEach(() => tables.close());

function put(pk: string, more: Partial<NonNullable<TransactWriteItem['Put']>> = {}): TransactWriteItem {
  return { Put: { TableName: 'rows', Item: keyOf(pk), ...more } };
}

function transact(items: TransactWriteItem[], token?: string) {
  return tables.client.send(
    new TransactWriteItemsCommand({ TransactItems: items, ...(token ? { ClientRequestToken: token } : {}) }),
  );
}

async function itemOf(pk: string) {
  const { Item } = await tables.client.send(new GetItemCommand({ TableName: 'rows', Key: keyOf(pk) }));
  return Item;
}

async function canceledBy(work: Promise<unknown>): Promise<TransactionCanceledException> {
  const failure = await work.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TransactionCanceledException);
  return failure as TransactionCanceledException;
}

describe('a transaction', () => {
  test('puts, updates, deletes and checks in one step', async () => {
    await transact([
      put('old'),
      put('kept'),
      { Put: { TableName: 'rows', Item: { ...keyOf('count'), n: { N: '4' } } } },
    ]);

    await transact([
      { Delete: { TableName: 'rows', Key: keyOf('old') } },
      put('new', { ConditionExpression: 'attribute_not_exists(pk)' }),
      {
        Update: {
          TableName: 'rows',
          Key: keyOf('count'),
          UpdateExpression: 'SET #n = #n + :one',
          ConditionExpression: '#n = :four',
          ExpressionAttributeNames: { '#n': 'n' },
          ExpressionAttributeValues: { ':one': { N: '1' }, ':four': { N: '4' } },
        },
      },
      {
        ConditionCheck: {
          TableName: 'rows',
          Key: keyOf('kept'),
          ConditionExpression: 'attribute_exists(pk)',
        },
      },
    ]);

    expect(await itemOf('old')).toBeUndefined();
    expect(await itemOf('new')).toEqual(keyOf('new'));
    expect(await itemOf('count')).toEqual({ ...keyOf('count'), n: { N: '5' } });
    expect(await itemOf('kept')).toEqual(keyOf('kept'));
  });

  test('leaves nothing behind when one condition fails, and says which and what stood there', async () => {
    await transact([{ Put: { TableName: 'rows', Item: { ...keyOf('taken'), by: { S: 'ana' } } } }]);

    const failure = await canceledBy(
      transact([
        put('a'),
        put('taken', {
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
        put('b'),
        {
          ConditionCheck: {
            TableName: 'rows',
            Key: keyOf('absent'),
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
      ]),
    );

    expect(failure.message).toBe(
      'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
        '[None, ConditionalCheckFailed, None, ConditionalCheckFailed]',
    );
    expect(failure.CancellationReasons).toEqual([
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { ...keyOf('taken'), by: { S: 'ana' } },
      },
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
    ]);
    expect(await itemOf('a')).toBeUndefined();
    expect(await itemOf('b')).toBeUndefined();
  });

  test('names an action that cannot be applied as a validation error', async () => {
    await transact([{ Put: { TableName: 'rows', Item: { ...keyOf('text'), n: { S: 'four' } } } }]);

    const failure = await canceledBy(
      transact([
        put('a'),
        {
          Update: {
            TableName: 'rows',
            Key: keyOf('text'),
            UpdateExpression: 'ADD n :one',
            ExpressionAttributeValues: { ':one': { N: '1' } },
          },
        },
        { Put: { TableName: 'rows', Item: { pk: { S: 'no sort key' } } } },
      ]),
    );

    expect(failure.CancellationReasons?.map(({ Code }) => Code)).toEqual([
      'None',
      'ValidationError',
      'ValidationError',
    ]);
    expect(await itemOf('a')).toBeUndefined();
  });

  test('refuses two actions on one item', async () => {
    const work = transact([put('a'), { Delete: { TableName: 'rows', Key: keyOf('a') } }]);

    await expect(work).rejects.toThrow('Transaction request cannot include multiple operations on one item');
  });

  test('takes a hundred actions and refuses one more', async () => {
    const hundred = Array.from({ length: 100 }, (_, at) => put(`row ${at}`));

    await transact(hundred);

    expect(await itemOf('row 99')).toBeDefined();
    await expect(transact([...hundred, put('too many')])).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('refuses an action that is two actions, or none', async () => {
    await expect(transact([{ ...put('a'), Delete: { TableName: 'rows', Key: keyOf('b') } }])).rejects.toThrow(
      'can only contain one of',
    );
    await expect(transact([{}])).rejects.toThrow('can only contain one of');
  });

  test('refuses a table that does not exist, and a malformed condition', async () => {
    await expect(transact([{ Put: { TableName: 'nowhere', Item: keyOf('a') } }])).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(transact([put('a', { ConditionExpression: 'pk ===' })])).rejects.toThrow(
      'ConditionExpression',
    );
  });

  test('keeps the sparse index in step', async () => {
    const due = { ...keyOf('item'), dueHour: { S: '2026030208#3' }, dueAt: { S: '2026-03-02T08:10#item' } };
    const find = () =>
      tables.client.send(
        new QueryCommand({
          TableName: 'rows',
          IndexName: 'due',
          KeyConditionExpression: 'dueHour = :dueHour AND dueAt < :now',
          ExpressionAttributeValues: { ':dueHour': { S: '2026030208#3' }, ':now': { S: '2026-03-02T09' } },
        }),
      );
    await transact([{ Put: { TableName: 'rows', Item: due } }, put('without')]);
    expect((await find()).Items).toEqual([due]);

    await transact([
      { Update: { TableName: 'rows', Key: keyOf('item'), UpdateExpression: 'REMOVE dueHour, dueAt' } },
    ]);

    expect((await find()).Items).toEqual([]);
  });

  test('counts twice the write units, indexes included', async () => {
    const item = { ...keyOf('a'), dueHour: { S: 'b' }, dueAt: { S: 'd' }, text: { S: 'x'.repeat(1500) } };

    const { ConsumedCapacity } = await tables.client.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: 'rows', Item: item } }, put('b')],
        ReturnConsumedCapacity: 'INDEXES',
      }),
    );

    expect(ConsumedCapacity).toEqual([
      {
        TableName: 'rows',
        CapacityUnits: 8,
        Table: { CapacityUnits: 6 },
        GlobalSecondaryIndexes: { due: { CapacityUnits: 2 } },
      },
    ]);
  });
});

describe('a client request token', () => {
  const increment: TransactWriteItem = {
    Update: {
      TableName: 'rows',
      Key: keyOf('count'),
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
  };

  test('makes a repeated request do nothing for ten minutes', async () => {
    await transact([increment], 'token');
    wallMs += 599_000;
    await transact([increment], 'token');
    expect(await itemOf('count')).toMatchObject({ n: { N: '1' } });

    wallMs += 2_000;
    await transact([increment], 'token');

    expect(await itemOf('count')).toMatchObject({ n: { N: '2' } });
  });

  test('is refused for another request', async () => {
    await transact([increment], 'token');

    await expect(transact([increment, put('other')], 'token')).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
  });

  test('is not used up by a transaction that was cancelled', async () => {
    const guarded = [put('guarded', { ConditionExpression: 'attribute_not_exists(pk)' }), increment];
    await tables.client.send(new PutItemCommand({ TableName: 'rows', Item: keyOf('guarded') }));
    await canceledBy(transact(guarded, 'token'));
    await transact([{ Delete: { TableName: 'rows', Key: keyOf('guarded') } }]);

    await transact(guarded, 'token');

    expect(await itemOf('count')).toMatchObject({ n: { N: '1' } });
  });

  test('lets one of many concurrent repeats through', async () => {
    await Promise.all(Array.from({ length: 16 }, () => transact([increment], 'token')));

    expect(await itemOf('count')).toMatchObject({ n: { N: '1' } });
  });
});

describe('a transactional read', () => {
  test('returns items in the order asked, with an empty place for one that is missing', async () => {
    await transact([
      { Put: { TableName: 'rows', Item: { ...keyOf('a'), x: { S: '1' }, y: { S: '2' } } } },
      put('b'),
    ]);

    const { Responses, ConsumedCapacity } = await tables.client.send(
      new TransactGetItemsCommand({
        TransactItems: [
          { Get: { TableName: 'rows', Key: keyOf('b') } },
          { Get: { TableName: 'rows', Key: keyOf('missing') } },
          { Get: { TableName: 'rows', Key: keyOf('a'), ProjectionExpression: 'y' } },
        ],
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );

    expect(Responses).toEqual([{ Item: keyOf('b') }, {}, { Item: { y: { S: '2' } } }]);
    expect(ConsumedCapacity).toEqual([{ TableName: 'rows', CapacityUnits: 6 }]);
  });

  test.each([
    ['TransactGetItems', readTogether],
    ['Query', queryTogether],
  ])('%s never sees half of a transaction, even on disk', async (_name, readBoth) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tables-'));
    const onDisk = await startTables({ dataDir });
    await createRows(onDisk.client);
    const write = (value: string) =>
      onDisk.client.send(
        new TransactWriteItemsCommand({
          TransactItems: ['1', '2'].map((sk) => ({
            Put: { TableName: 'rows', Item: { ...keyOf('pair', sk), value: { S: value } } },
          })),
        }),
      );
    await write('start');

    const reads: Promise<(string | undefined)[]>[] = [];
    const writes = Array.from({ length: 80 }, (_, at) => {
      reads.push(readBoth(onDisk.client));
      return write(String(at));
    });
    const [seen] = await Promise.all([Promise.all(reads), Promise.all(writes)]);
    await onDisk.close();
    await rm(dataDir, { recursive: true });

    expect(seen.filter((values) => values.length !== 2 || values[0] !== values[1])).toEqual([]);
    expect(new Set(seen.flat()).size).toBeGreaterThan(2);
  });
});

async function readTogether(client: DynamoDBClient) {
  const { Responses = [] } = await client.send(
    new TransactGetItemsCommand({
      TransactItems: ['1', '2'].map((sk) => ({ Get: { TableName: 'rows', Key: keyOf('pair', sk) } })),
    }),
  );
  return Responses.map(({ Item }) => Item?.['value']?.S);
}

async function queryTogether(client: DynamoDBClient) {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: 'rows',
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'pair' } },
    }),
  );
  return Items.map((item) => item['value']?.S);
}
