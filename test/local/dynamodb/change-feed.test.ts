import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTimeToLiveCommand,
  ExecuteStatementCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../../lib/domain/time.ts';
import type { StreamRecord } from '../../../lib/local/dynamodb/change-feed.ts';
import type { TestTables } from './tables.ts';
import { clockAt, createRows, keyOf, startTables } from './tables.ts';

let tables: TestTables | undefined;
afterEach(() => tables?.close());

async function startHeard(): Promise<{ heard: StreamRecord[]; open: TestTables }> {
  const heard: StreamRecord[] = [];
  const open = await startTables({ onChange: (records) => void heard.push(...records) });
  tables = open;
  await createRows(open.client);
  return { heard, open };
}

function told({ eventName, dynamodb: { Keys, OldImage, NewImage } }: StreamRecord) {
  return [eventName, Keys['pk']?.S, OldImage?.['v']?.S, NewImage?.['v']?.S];
}

describe('the change feed', () => {
  test('tells every kind of write, with both images', async () => {
    const { heard, open } = await startHeard();
    const { client } = open;
    const item = (pk: string, v: string) => ({ ...keyOf(pk), v: { S: v } });

    await client.send(new PutItemCommand({ TableName: 'rows', Item: item('a', '1') }));
    await client.send(
      new UpdateItemCommand({
        TableName: 'rows',
        Key: keyOf('a'),
        UpdateExpression: 'SET v = :v',
        ExpressionAttributeValues: { ':v': { S: '2' } },
      }),
    );
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          rows: [{ PutRequest: { Item: item('b', '1') } }, { PutRequest: { Item: item('a', '3') } }],
        },
      }),
    );
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Delete: { TableName: 'rows', Key: keyOf('b') } },
          { Put: { TableName: 'rows', Item: item('c', '1') } },
        ],
      }),
    );
    await client.send(
      new ExecuteStatementCommand({
        Statement: `INSERT INTO "rows" VALUE {'pk': ?, 'sk': ?, 'v': ?}`,
        Parameters: [{ S: 'd' }, { S: '-' }, { S: '1' }],
      }),
    );
    await client.send(new DeleteItemCommand({ TableName: 'rows', Key: keyOf('a') }));

    expect(heard.map(told)).toEqual([
      ['INSERT', 'a', undefined, '1'],
      ['MODIFY', 'a', '1', '2'],
      ['INSERT', 'b', undefined, '1'],
      ['MODIFY', 'a', '2', '3'],
      ['REMOVE', 'b', '1', undefined],
      ['INSERT', 'c', undefined, '1'],
      ['INSERT', 'd', undefined, '1'],
      ['REMOVE', 'a', '3', undefined],
    ]);
    expect(heard[0]).toEqual({
      eventID: expect.any(String) as string,
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: 'arn:aws:dynamodb:us-east-1:000000000000:table/rows/stream/local',
      dynamodb: {
        ApproximateCreationDateTime: Date.parse('2026-03-02T08:00:00Z') / 1000,
        Keys: keyOf('a'),
        NewImage: item('a', '1'),
        SequenceNumber: expect.stringMatching(/^\d{21}$/) as string,
        SizeBytes: 14,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
  });

  test('is silent about writes that fail or change nothing', async () => {
    const { heard, open } = await startHeard();
    const put = (more: object) =>
      open.client.send(new PutItemCommand({ TableName: 'rows', Item: keyOf('a'), ...more }));
    await put({});

    await put({});
    await open.client.send(new DeleteItemCommand({ TableName: 'rows', Key: keyOf('absent') }));
    await expect(put({ ConditionExpression: 'attribute_not_exists(pk)' })).rejects.toThrow('conditional');

    expect(heard.map(told)).toEqual([['INSERT', 'a', undefined, undefined]]);
  });

  test('numbers changes in the order in which each item took them', async () => {
    const { heard, open } = await startHeard();
    const increment = (pk: string) =>
      open.client.send(
        new UpdateItemCommand({
          TableName: 'rows',
          Key: keyOf(pk),
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        }),
      );

    await Promise.all(Array.from({ length: 200 }, (_, at) => increment(`row ${at % 5}`)));

    const numbers = heard.map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect(numbers).toEqual(numbers.toSorted());
    expect(new Set(numbers).size).toBe(200);
    expect(new Set(heard.map(({ eventID }) => eventID)).size).toBe(200);
    for (const row of [0, 1, 2, 3, 4]) {
      const counts = heard
        .filter(({ dynamodb }) => dynamodb.Keys['pk']?.S === `row ${row}`)
        .map(({ dynamodb }) => Number(dynamodb.NewImage?.['n']?.N));
      expect(counts).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    }
  });

  test('gives a consumer that failed the same records again, before any later ones', async () => {
    const heard: string[] = [];
    let isBroken = true;
    const open = await startTables({
      onChange: async (records) => {
        if (isBroken) {
          isBroken = false;
          throw new Error('not now');
        }
        heard.push(...records.map(({ dynamodb }) => dynamodb.Keys['pk']?.S ?? ''));
      },
    });
    tables = open;
    await createRows(open.client);

    for (const pk of ['a', 'b', 'c']) {
      await open.client.send(new PutItemCommand({ TableName: 'rows', Item: keyOf(pk) }));
    }
    await open.drained();

    expect(heard).toEqual(['a', 'b', 'c']);
  });

  test('delivers after a restart what was committed but not taken, and goes on counting', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tables-'));
    const first = await startTables({ dataDir, onChange: () => Promise.reject(new Error('never')) });
    await createRows(first.client);
    await first.client.send(new PutItemCommand({ TableName: 'rows', Item: keyOf('a') }));
    await first.client.send(new PutItemCommand({ TableName: 'rows', Item: keyOf('b') }));
    await first.close();

    const heard: StreamRecord[] = [];
    const second = await startTables({ dataDir, onChange: (records) => void heard.push(...records) });
    await second.client.send(new PutItemCommand({ TableName: 'rows', Item: keyOf('c') }));
    await second.drained();
    await second.close();
    const third: StreamRecord[] = [];
    await (await startTables({ dataDir, onChange: (records) => void third.push(...records) })).close();
    await rm(dataDir, { recursive: true });

    expect(heard.map(({ dynamodb }) => [dynamodb.Keys['pk']?.S, Number(dynamodb.SequenceNumber)])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    expect(third).toEqual([]);
  });
});

describe('time to live', () => {
  const START = '2026-03-02T08:00:00.000Z';
  const startS = Date.parse(START) / 1000;

  async function startExpiring() {
    const clock = clockAt(START);
    const heard: StreamRecord[] = [];
    const open = await startTables({ clock, onChange: (records) => void heard.push(...records) });
    tables = open;
    await createRows(open.client);
    const enable = (Enabled = true) =>
      open.client.send(
        new UpdateTimeToLiveCommand({
          TableName: 'rows',
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled },
        }),
      );
    const put = (pk: string, expiresAt: { N: string } | { S: string }) =>
      open.client.send(
        new PutItemCommand({
          TableName: 'rows',
          Item: { ...keyOf(pk), expiresAt, dueHour: { S: 'h' }, dueAt: { S: pk } },
        }),
      );
    const left = async () => {
      const { Items = [] } = await open.client.send(new ScanCommand({ TableName: 'rows' }));
      return Items.map(({ pk }) => pk?.S ?? '').toSorted();
    };
    return { clock, heard, open, enable, put, left };
  }

  test('deletes what has expired by the virtual clock, index entries too, and tells why', async () => {
    const { clock, heard, open, enable, put, left } = await startExpiring();
    await put('before enabling', { N: String(startS + 60) });
    await enable();
    await put('soon', { N: String(startS + 120) });
    await put('later', { N: String(startS + 86_400) });
    await put('text', { S: String(startS + 60) });
    await put('long ago', { N: String(startS - 6 * 365 * 86_400) });
    expect(await open.sweepExpired()).toBe(0);

    clock.advance(5 * MINUTE_MS);
    expect(await left()).toContain('soon');
    expect(await open.sweepExpired()).toBe(2);

    expect(await left()).toEqual(['later', 'long ago', 'text']);
    const indexed = await open.client.send(
      new QueryCommand({
        TableName: 'rows',
        IndexName: 'due',
        KeyConditionExpression: 'dueHour = :h',
        ExpressionAttributeValues: { ':h': { S: 'h' } },
      }),
    );
    expect(indexed.Items?.map(({ pk }) => pk?.S)).toEqual(['later', 'long ago', 'text']);
    const last = heard.at(-1);
    expect(last?.eventName).toBe('REMOVE');
    expect(last?.userIdentity).toEqual({ type: 'Service', principalId: 'dynamodb.amazonaws.com' });
  });

  test('spares an item whose expiry was moved or taken away', async () => {
    const { clock, open, enable, put, left } = await startExpiring();
    await enable();
    await put('moved', { N: String(startS + 60) });
    await put('freed', { N: String(startS + 60) });
    await put('moved', { N: String(startS + 2 * 86_400) });
    await open.client.send(
      new UpdateItemCommand({ TableName: 'rows', Key: keyOf('freed'), UpdateExpression: 'REMOVE expiresAt' }),
    );

    clock.advance(DAY_MS);

    expect(await open.sweepExpired()).toBe(0);
    clock.advance(2 * DAY_MS);
    expect(await open.sweepExpired()).toBe(1);
    expect(await left()).toEqual(['freed']);
  });

  test('sweeps more rows than fit in one pass', async () => {
    const { clock, open, enable, left } = await startExpiring();
    await enable();
    for (let at = 0; at < 1100; at += 25) {
      await open.client.send(
        new BatchWriteItemCommand({
          RequestItems: {
            rows: Array.from({ length: 25 }, (_, row) => ({
              PutRequest: { Item: { ...keyOf(`row ${at + row}`), expiresAt: { N: String(startS + row) } } },
            })),
          },
        }),
      );
    }

    clock.advance(DAY_MS);

    expect(await open.sweepExpired()).toBe(1100);
    expect(await left()).toEqual([]);
  });

  test('is described, and cannot be switched to what it already is', async () => {
    const { open, enable } = await startExpiring();
    const describeIt = async () =>
      (await open.client.send(new DescribeTimeToLiveCommand({ TableName: 'rows' }))).TimeToLiveDescription;
    expect(await describeIt()).toEqual({ TimeToLiveStatus: 'DISABLED' });
    await enable();
    expect(await describeIt()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });

    await expect(enable()).rejects.toThrow('TimeToLive is already enabled');
    await enable(false);

    await expect(enable(false)).rejects.toThrow('TimeToLive is already disabled');
  });
});
