import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListBackupsCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { database } from '../../../lib/local/dynamodb/engine.ts';
import type { TestTables } from './tables.ts';
import { createRows, keyOf, startTables } from './tables.ts';

let tables: TestTables;

beforeEach(async () => {
  tables = await startTables();
  await createRows(tables.client);
});
afterEach(() => tables.close());

type Row = Record<string, AttributeValue>;

function put(item: Row) {
  return tables.client.send(new PutItemCommand({ TableName: 'rows', Item: item }));
}

function putAll(items: Row[]) {
  return tables.client.send(
    new BatchWriteItemCommand({ RequestItems: { rows: items.map((Item) => ({ PutRequest: { Item } })) } }),
  );
}

describe('a single write', () => {
  test('shows the item that made its condition fail, when asked', async () => {
    await put({ ...keyOf('a'), version: { N: '3' } });
    const update = (view: 'ALL_OLD' | 'NONE') =>
      tables.client
        .send(
          new UpdateItemCommand({
            TableName: 'rows',
            Key: keyOf('a'),
            UpdateExpression: 'SET version = :next',
            ConditionExpression: 'version = :seen',
            ExpressionAttributeValues: { ':next': { N: '3' }, ':seen': { N: '2' } },
            ReturnValuesOnConditionCheckFailure: view,
          }),
        )
        .catch((error: unknown) => error);

    const shown = await update('ALL_OLD');
    const hidden = await update('NONE');

    expect(shown).toBeInstanceOf(ConditionalCheckFailedException);
    expect(shown).toMatchObject({ Item: { ...keyOf('a'), version: { N: '3' } } });
    expect(hidden).toBeInstanceOf(ConditionalCheckFailedException);
    expect((hidden as ConditionalCheckFailedException).Item).toBeUndefined();
  });

  test('returns old and new attributes as asked', async () => {
    await put({ ...keyOf('a'), x: { S: 'old' } });

    const updated = await tables.client.send(
      new UpdateItemCommand({
        TableName: 'rows',
        Key: keyOf('a'),
        UpdateExpression: 'SET x = :x',
        ExpressionAttributeValues: { ':x': { S: 'new' } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    const deleted = await tables.client.send(
      new DeleteItemCommand({ TableName: 'rows', Key: keyOf('a'), ReturnValues: 'ALL_OLD' }),
    );

    expect(updated.Attributes).toEqual({ ...keyOf('a'), x: { S: 'new' } });
    expect(deleted.Attributes).toEqual({ ...keyOf('a'), x: { S: 'new' } });
  });

  test('lets exactly one of many racers create a row', async () => {
    const race = await Promise.allSettled(
      Array.from({ length: 32 }, (_, racer) =>
        tables.client.send(
          new PutItemCommand({
            TableName: 'rows',
            Item: { ...keyOf('prize'), racer: { N: String(racer) } },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      ),
    );

    const winners = race.flatMap(({ status }, racer) => (status === 'fulfilled' ? [racer] : []));
    const { Item } = await tables.client.send(new GetItemCommand({ TableName: 'rows', Key: keyOf('prize') }));
    expect(winners).toHaveLength(1);
    expect(Item?.['racer']).toEqual({ N: String(winners[0]) });
  });

  test('loses no increment of sixteen writers at once', async () => {
    const increment = () =>
      tables.client.send(
        new UpdateItemCommand({
          TableName: 'rows',
          Key: keyOf('count'),
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        }),
      );

    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (let at = 0; at < 20; at += 1) await increment();
      }),
    );

    const { Item } = await tables.client.send(new GetItemCommand({ TableName: 'rows', Key: keyOf('count') }));
    expect(Item?.['n']).toEqual({ N: '320' });
  });

  test('refuses an item over 400 KB counted in bytes, and one nested too deep', async () => {
    let nested: AttributeValue = { S: 'bottom' };
    for (let depth = 0; depth < 33; depth += 1) nested = { L: [nested] };

    await expect(put({ ...keyOf('a'), text: { S: 'ä'.repeat(210_000) } })).rejects.toThrow(
      'Item size has exceeded',
    );
    await expect(put({ ...keyOf('a'), nested })).rejects.toThrow('Nesting Levels');
    await expect(putAll([{ ...keyOf('a'), nested }])).rejects.toThrow('Nesting Levels');
  });

  test('refuses an empty index key', async () => {
    const item = { ...keyOf('a'), dueHour: { S: '' }, dueAt: { S: 'x' } };

    await expect(put(item)).rejects.toThrow('cannot contain an empty string value');
  });

  test('counts write units of table and index', async () => {
    const item = { ...keyOf('a'), dueHour: { S: 'b' }, dueAt: { S: '1' } };
    await put(item);

    const { ConsumedCapacity } = await tables.client.send(
      new PutItemCommand({
        TableName: 'rows',
        Item: { ...item, dueAt: { S: '2' } },
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );

    expect(ConsumedCapacity).toEqual({ TableName: 'rows', CapacityUnits: 3 });
  });
});

describe('a batch of writes', () => {
  test('puts and deletes, and moves index entries with their items', async () => {
    const at = (dueHour: string) => ({ ...keyOf('a'), dueHour: { S: dueHour }, dueAt: { S: '1' } });
    await putAll([at('first'), keyOf('gone')]);

    await tables.client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          rows: [{ PutRequest: { Item: at('second') } }, { DeleteRequest: { Key: keyOf('gone') } }],
        },
      }),
    );

    const { Items } = await tables.client.send(new ScanCommand({ TableName: 'rows', IndexName: 'due' }));
    expect(Items).toEqual([at('second')]);
    const { Count } = await tables.client.send(new ScanCommand({ TableName: 'rows' }));
    expect(Count).toBe(1);
  });

  test('stores every kind of value as it came', async () => {
    const item: Row = {
      ...keyOf('kinds'),
      number: { N: '0012.500' },
      bytes: { B: new Uint8Array([0, 255, 7]) },
      names: { SS: ['x', 'y'] },
      nothing: { NULL: true },
      tree: { M: { list: { L: [{ BOOL: false }, { N: '-3' }] } } },
      empty: { S: '' },
      umlaut: { S: 'Zürich ✓ 😀' },
    };

    await putAll([item]);

    const { Item } = await tables.client.send(new GetItemCommand({ TableName: 'rows', Key: keyOf('kinds') }));
    expect(Item).toEqual({ ...item, number: { N: '12.5' } });
  });

  test('refuses repeated keys, bad keys, values that make no sense, and more than 25 writes', async () => {
    const many = Array.from({ length: 26 }, (_, at) => keyOf(`row ${at}`));

    await expect(putAll([keyOf('a'), keyOf('a')])).rejects.toThrow('contains duplicates');
    await expect(putAll([{ pk: { S: 'a' } }])).rejects.toThrow('does not match the schema');
    await expect(putAll([{ ...keyOf('a'), n: { N: 'many' } }])).rejects.toThrow('cannot be converted');
    await expect(putAll(many)).rejects.toMatchObject({ name: 'ValidationException' });
    const { Count } = await tables.client.send(new ScanCommand({ TableName: 'rows' }));
    expect(Count).toBe(0);
  });
});

describe('reading', () => {
  const rows = Array.from(
    { length: 60 },
    (_, at): Row => ({
      ...keyOf('list', String(at).padStart(3, '0')),
      dueHour: { S: 'same' },
      dueAt: { S: at < 50 ? 'equal' : `later ${at}` },
      text: { S: 'x'.repeat(30_000) },
    }),
  );

  async function pages(ask: {
    IndexName?: string;
    Limit?: number;
    ScanIndexForward?: boolean;
    by: string;
    value: string;
  }) {
    const { by, value, ...query } = ask;
    const found: string[] = [];
    let count = 0;
    let ExclusiveStartKey: Row | undefined;
    do {
      const page = await tables.client.send(
        new QueryCommand({
          TableName: 'rows',
          KeyConditionExpression: '#by = :value',
          ExpressionAttributeNames: { '#by': by },
          ExpressionAttributeValues: { ':value': { S: value } },
          ...query,
          ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
        }),
      );
      count += 1;
      found.push(...(page.Items ?? []).map((item) => item['sk']?.S ?? ''));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return { found, count };
  }

  beforeEach(async () => {
    for (let at = 0; at < rows.length; at += 20) await putAll(rows.slice(at, at + 20));
  });

  test('ends a page at a megabyte and goes on after it', async () => {
    const { found, count } = await pages({ by: 'pk', value: 'list' });

    expect(found).toEqual(rows.map((row) => row['sk']?.S));
    expect(count).toBe(2);
  });

  test.each([true, false])(
    'pages through an index whose entries share one key (forward: %s)',
    async (forward) => {
      const { found, count } = await pages({
        IndexName: 'due',
        by: 'dueHour',
        value: 'same',
        Limit: 7,
        ScanIndexForward: forward,
      });

      expect(count).toBe(9);
      expect(found).toHaveLength(60);
      expect(new Set(found).size).toBe(60);
      const last = found.slice(forward ? 50 : 0, forward ? 60 : 10);
      expect(forward ? last : last.reverse()).toEqual(rows.slice(50).map((row) => row['sk']?.S));
    },
  );

  test('keeps apart two items with one index key, whatever their keys hash to', async () => {
    const seen = new Map<string, string>();
    let twins: string[] = [];
    for (let at = 0; twins.length === 0; at += 1) {
      const hash = database.hashPrefix(`twin${at}`, 'S');
      const other = seen.get(hash);
      if (other !== undefined) twins = [other, `twin${at}`];
      seen.set(hash, `twin${at}`);
    }
    // The engine hashes partition and sort key as one text, so splitting it keeps the collision.
    const [first = '', second = ''] = twins;
    const place = { dueHour: { S: 'twins' }, dueAt: { S: 'now' } };
    await putAll([first, second].map((key) => ({ ...keyOf(key.slice(0, 2), key.slice(2)), ...place })));

    const { found } = await pages({ IndexName: 'due', by: 'dueHour', value: 'twins', Limit: 1 });

    expect(found.toSorted()).toEqual([first.slice(2), second.slice(2)].toSorted());
  });

  test('fetches many items at once', async () => {
    const { Responses } = await tables.client.send(
      new BatchGetItemCommand({
        RequestItems: {
          rows: {
            Keys: [keyOf('list', '003'), keyOf('list', '040'), keyOf('none')],
            ProjectionExpression: 'sk',
          },
        },
      }),
    );

    expect(Responses?.['rows']?.map(({ sk }) => sk?.S).toSorted()).toEqual(['003', '040']);
  });

  test('filters a scan page by page', async () => {
    const { Items, ScannedCount } = await tables.client.send(
      new ScanCommand({
        TableName: 'rows',
        FilterExpression: 'begins_with(dueAt, :later)',
        ProjectionExpression: 'dueAt',
        ExpressionAttributeValues: { ':later': { S: 'later' } },
        Limit: 55,
      }),
    );

    expect(ScannedCount).toBe(35);
    expect(Items).toEqual([]);
  });
});

describe('the server', () => {
  test('keeps tables apart, lists them, and deletes one with all its rows', async () => {
    await createRows(tables.client, 'rows2');
    await put(keyOf('a'));
    await tables.client.send(new PutItemCommand({ TableName: 'rows2', Item: keyOf('b') }));
    expect((await tables.client.send(new ListTablesCommand({}))).TableNames).toEqual(['rows', 'rows2']);

    await tables.client.send(new DeleteTableCommand({ TableName: 'rows' }));

    await expect(put(keyOf('a'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await createRows(tables.client);
    expect((await tables.client.send(new ScanCommand({ TableName: 'rows' }))).Items).toEqual([]);
    expect((await tables.client.send(new ScanCommand({ TableName: 'rows2' }))).Items).toEqual([keyOf('b')]);
  });

  test('answers CreateTable with a table ready for use, and refuses the same name again', async () => {
    const { Table } = await tables.client.send(new DescribeTableCommand({ TableName: 'rows' }));

    expect(Table?.TableStatus).toBe('ACTIVE');
    await expect(createRows(tables.client)).rejects.toMatchObject({ name: 'ResourceInUseException' });
  });

  test('keeps a protected table until the protection is lifted', async () => {
    const protect = (DeletionProtectionEnabled: boolean) =>
      tables.client.send(new UpdateTableCommand({ TableName: 'rows', DeletionProtectionEnabled }));
    const drop = () => tables.client.send(new DeleteTableCommand({ TableName: 'rows' }));
    await protect(true);
    await expect(drop()).rejects.toThrow('protected against deletion');

    await protect(false);

    await expect(drop()).resolves.toBeDefined();
  });

  test('refuses to add an index afterwards', async () => {
    const work = tables.client.send(
      new UpdateTableCommand({
        TableName: 'rows',
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName: 'more',
              KeySchema: [{ AttributeName: 'sk', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          },
        ],
      }),
    );

    await expect(work).rejects.toThrow('indexes cannot be added');
  });

  test('does not know what it cannot do, and does not answer the unsigned', async () => {
    await expect(tables.client.send(new ListBackupsCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
    const unsigned = await fetch(tables.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
      body: '{}',
    });
    expect(unsigned.status).toBe(400);
    expect(await unsigned.text()).toContain('MissingAuthenticationTokenException');
  });

  test.each([
    '[]',
    'null',
    '{"TableName":',
    '{"TableName":7,"Item":[]}',
    '{"TableName":"rows","Item":{"pk":"x"}}',
  ])('refuses the malformed body %s', async (body) => {
    const answer = await fetch(tables.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.PutItem', authorization: 'AWS4-HMAC-SHA256 local' },
      body,
    });

    expect(answer.status).toBe(400);
  });

  test('finishes the requests under way when it is closed, and does not wait for idle clients', async () => {
    const own = await startTables();
    await createRows(own.client);
    const underWay = Array.from({ length: 30 }, (_, at) =>
      own.client.send(new PutItemCommand({ TableName: 'rows', Item: keyOf(`row ${at}`) })).then(
        () => 'written',
        (failure: Error) => failure.name,
      ),
    );
    await underWay[0];
    const startedMs = performance.now();

    await own.close();

    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect((await Promise.all(underWay)).filter((outcome) => outcome === 'InternalServerError')).toEqual([]);
  });

  test('serves a client in the same process without the network', async () => {
    const client = new DynamoDBClient({
      endpoint: 'http://tables.invalid',
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      requestHandler: tables.requestHandler,
      maxAttempts: 1,
    });

    await client.send(new PutItemCommand({ TableName: 'rows', Item: keyOf('near') }));

    const { Item } = await tables.client.send(new GetItemCommand({ TableName: 'rows', Key: keyOf('near') }));
    expect(Item).toEqual(keyOf('near'));
    await expect(client.send(new DescribeTimeToLiveCommand({ TableName: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
