import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startDynamoDb } from '../../../lib/local/dynamodb/start-dynamodb.ts';
import type { TestTables } from './tables.ts';
import { clientOf, clockAt, createRows, keyOf, startTables } from './tables.ts';

let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tables-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

/** Runs the writer until it has acknowledged `count` transactions, kills it, and returns what it had acknowledged. */
function writeAndDie(signal: 'SIGKILL' | 'SIGTERM', count: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const writer = spawn(process.execPath, [
      fileURLToPath(new URL('./crash-writer.ts', import.meta.url)),
      dataDir,
    ]);
    let out = '';
    let complaints = '';
    writer.stdout.on('data', (text: Buffer) => {
      out += text.toString();
      if (out.split('\n').length > count) writer.kill(signal);
    });
    writer.stderr.on('data', (text: Buffer) => {
      complaints += text.toString();
    });
    writer.on('close', () => {
      const whole = out.slice(0, out.lastIndexOf('\n')).split('\n');
      if (whole.length < count) reject(new Error(`the writer stopped early: ${complaints}`));
      else resolve(whole.map(Number));
    });
  });
}

async function rowsByTransaction(tables: TestTables, IndexName?: string): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  let ExclusiveStartKey: ReturnType<typeof keyOf> | undefined;
  do {
    const page = await tables.client.send(
      new ScanCommand({
        TableName: 'rows',
        ...(IndexName ? { IndexName } : {}),
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    );
    for (const { pk } of page.Items ?? []) {
      const number = Number(pk?.S?.slice(1));
      found.set(number, (found.get(number) ?? 0) + 1);
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found;
}

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'after %s in the middle of writes every transaction is there whole or not at all, and none that was acknowledged is lost',
  async (signal) => {
    const acknowledged = await writeAndDie(signal, 150);

    const tables = await startTables({ dataDir });
    const rows = await rowsByTransaction(tables);
    const entries = await rowsByTransaction(tables, 'due');
    await tables.close();

    expect([...rows.values()].filter((count) => count !== 5)).toEqual([]);
    expect(entries).toEqual(rows);
    expect(acknowledged.filter((number) => !rows.has(number))).toEqual([]);
  },
);

test('a repeated request is recognised across a restart', async () => {
  const request = new TransactWriteItemsCommand({
    TransactItems: [
      { Put: { TableName: 'rows', Item: keyOf('a'), ConditionExpression: 'attribute_not_exists(pk)' } },
    ],
    ClientRequestToken: 'same',
  });
  const first = await startTables({ dataDir });
  await createRows(first.client);
  await first.client.send(request);
  await first.close();

  const second = await startTables({ dataDir });
  const again = second.client.send(request);

  await expect(again).resolves.toBeDefined();
  await second.close();
});

test('a folder in use is refused in words, and closing twice is harmless', async () => {
  const clock = clockAt('2026-03-02T08:00:00.000Z');
  const tables = await startDynamoDb({ clock, dataDir });
  const client = clientOf(tables.endpoint);

  await expect(startDynamoDb({ clock, dataDir })).rejects.toThrow('is another process using the folder?');
  await expect(startDynamoDb({ clock, port: Number(new URL(tables.endpoint).port) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });

  await tables.close();
  await tables.close();
  client.destroy();
});
