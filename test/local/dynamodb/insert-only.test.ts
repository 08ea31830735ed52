import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  BatchExecuteStatementCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TestTables } from './tables.ts';
import { createRows, keyOf, startTables } from './tables.ts';

const INSERT = `INSERT INTO "ledger" VALUE {'pk': ?, 'sk': ?, 'leaf''s hash': ?}`;

let tables: TestTables;

beforeEach(async () => {
  tables = await startTables({ insertOnlyTables: ['ledger'] });
  await createRows(tables.client, 'ledger');
  await createRows(tables.client, 'rows');
});
afterEach(() => tables.close());

function leaf(pk: string, hash = 'abc'): AttributeValue[] {
  return [{ S: pk }, { S: '-' }, { S: hash }];
}

function insert(parameters: AttributeValue[], statement = INSERT) {
  return tables.client.send(new ExecuteStatementCommand({ Statement: statement, Parameters: parameters }));
}

async function stored(pk: string, table = 'ledger') {
  const { Item } = await tables.client.send(new GetItemCommand({ TableName: table, Key: keyOf(pk) }));
  return Item;
}

describe('a PartiQL insert', () => {
  test('adds a row and never replaces one', async () => {
    await insert(leaf('L#1', 'first'));

    await expect(insert(leaf('L#1', 'second'))).rejects.toMatchObject({ name: 'DuplicateItemException' });

    expect(await stored('L#1')).toEqual({ ...keyOf('L#1'), "leaf's hash": { S: 'first' } });
  });

  test('is won by exactly one of many racers', async () => {
    const race = await Promise.allSettled(
      Array.from({ length: 16 }, (_, at) => insert(leaf('RES#7', String(at)))),
    );

    expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('reports each statement of a batch on its own', async () => {
    await insert(leaf('L#1', 'first'));

    const { Responses } = await tables.client.send(
      new BatchExecuteStatementCommand({
        Statements: [
          { Statement: INSERT, Parameters: leaf('L#0') },
          { Statement: INSERT, Parameters: leaf('L#1', 'second') },
          { Statement: INSERT, Parameters: leaf('L#2').slice(1) },
          { Statement: `DELETE FROM "ledger" WHERE pk = 'L#1'` },
          { Statement: INSERT.replace('ledger', 'absent'), Parameters: leaf('L#3') },
        ],
      }),
    );

    expect(Responses?.map(({ TableName, Error }) => [TableName, Error?.Code])).toEqual([
      ['ledger', undefined],
      ['ledger', 'DuplicateItem'],
      ['ledger', 'ValidationError'],
      ['ledger', 'AccessDenied'],
      ['absent', 'ResourceNotFound'],
    ]);
    expect(await stored('L#0')).toBeDefined();
    expect(await stored('L#1')).toMatchObject({ "leaf's hash": { S: 'first' } });
  });

  test.each([
    `SELECT * FROM "rows"`,
    `INSERT INTO "rows" VALUE {'pk': 'inline', 'sk': ?}`,
    `INSERT INTO "rows" VALUE {'pk': ?, 'sk': ?} extra`,
    `INSERT INTO "rows" VALUE {'pk': ? 'sk': ?}`,
    `INSERT INTO "rows" VALUE {'pk': ?, 'pk': ?}`,
    `INSERT INTO rows VALUE {'pk': ?, 'sk': ?}`,
    `UPDATE "rows" SET x = ? WHERE pk = ?`,
  ])('does not understand %s', async (statement) => {
    await expect(insert([{ S: 'a' }, { S: '-' }], statement)).rejects.toMatchObject({
      name: 'ValidationException',
    });
    expect(await stored('a', 'rows')).toBeUndefined();
  });
});

describe('an insert-only table', () => {
  const put = { TableName: 'ledger', Item: keyOf('L#1') };
  const change = { TableName: 'ledger', Key: keyOf('L#1'), UpdateExpression: 'REMOVE x' };

  test.each([
    ['PutItem', new PutItemCommand(put)],
    ['UpdateItem', new UpdateItemCommand(change)],
    ['DeleteItem', new DeleteItemCommand({ TableName: 'ledger', Key: keyOf('L#1') })],
    [
      'BatchWriteItem',
      new BatchWriteItemCommand({
        RequestItems: {
          rows: [{ PutRequest: { Item: keyOf('beside') } }],
          ledger: [{ DeleteRequest: { Key: keyOf('L#1') } }],
        },
      }),
    ],
    [
      'PutItem',
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: 'rows', Item: keyOf('beside') } }, { Put: put }],
      }),
    ],
    ['UpdateItem', new TransactWriteItemsCommand({ TransactItems: [{ Update: change }] })],
    [
      'PartiQLUpdate',
      new ExecuteStatementCommand({ Statement: `UPDATE "ledger" SET x = 1 WHERE pk = 'L#1'` }),
    ],
    ['PartiQLDelete', new ExecuteStatementCommand({ Statement: `delete from "ledger" where pk = 'L#1'` })],
    [
      'UpdateTimeToLive',
      new UpdateTimeToLiveCommand({
        TableName: 'ledger',
        TimeToLiveSpecification: { AttributeName: 'x', Enabled: true },
      }),
    ],
    ['DeleteTable', new DeleteTableCommand({ TableName: 'ledger' })],
  ])('denies %s as its policy does', async (action, command) => {
    await insert(leaf('L#1', 'first'));

    const work: Promise<unknown> = tables.client.send(command as PutItemCommand);

    await expect(work).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`dynamodb:${action} on resource`) as string,
    });
    expect(await stored('L#1')).toMatchObject({ "leaf's hash": { S: 'first' } });
    expect(await stored('beside', 'rows')).toBeUndefined();
  });

  test('may be looked at by a transaction', async () => {
    await insert(leaf('L#1'));

    await tables.client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          {
            ConditionCheck: {
              TableName: 'ledger',
              Key: keyOf('L#1'),
              ConditionExpression: 'attribute_exists(pk)',
            },
          },
          { Put: { TableName: 'rows', Item: keyOf('seen') } },
        ],
      }),
    );

    expect(await stored('seen', 'rows')).toBeDefined();
  });
});
