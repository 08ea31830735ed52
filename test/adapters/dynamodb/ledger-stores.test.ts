import { readFile } from 'node:fs/promises';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  ExecuteStatementCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { IntegrityError } from '../../../lib/domain/errors.ts';
import { historyIndexContract } from '../../contracts/ledger-history-contract.ts';
import { AT, digest, leaf, ledgerStoreContract } from '../../contracts/ledger-store-contract.ts';
import { witnessStoreContract } from '../../contracts/ledger-witness-contract.ts';
import { openLedgerTables } from '../../support/ledger/open-ledger-tables.ts';

type Tables = Awaited<ReturnType<typeof openLedgerTables>>;
const opened: Tables[] = [];

async function open(): Promise<Tables> {
  const tables = await openLedgerTables({ now: () => AT });
  opened.push(tables);
  return tables;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((tables) => tables.close()));
});

describe('the ledger on DynamoDB', () => {
  ledgerStoreContract(async () => (await open()).ledger);

  it('can be written by INSERT and by nothing else', async () => {
    const { client, ledger } = await open();
    await ledger.insert('leaf', [leaf(0)]);
    const Key = { pk: { S: 'LEAF#0' }, sk: { S: '0'.repeat(16) } };
    const Item = { ...Key, r: { S: 'another' } };
    const TableName = 'ledger';

    const attempts = [
      client.send(new PutItemCommand({ TableName, Item })),
      client.send(new UpdateItemCommand({ TableName, Key, AttributeUpdates: {} })),
      client.send(new DeleteItemCommand({ TableName, Key })),
      client.send(new BatchWriteItemCommand({ RequestItems: { ledger: [{ PutRequest: { Item } }] } })),
      client.send(new ExecuteStatementCommand({ Statement: `DELETE FROM "ledger" WHERE pk = 'LEAF#0'` })),
    ];

    for (const attempt of attempts) {
      await expect(attempt).rejects.toMatchObject({ name: 'AccessDeniedException' });
    }
    expect(await ledger.get('leaf', { index: 0 })).toEqual(leaf(0));
  });

  it('sends no statement but INSERT', async () => {
    const files = [
      'ledger-store',
      'ledger-insert',
      'ledger-witness-store',
      'ledger-access',
      'ledger-addresses',
    ];
    const sources = await Promise.all(
      files.map((file) =>
        readFile(new URL(`../../../lib/adapters/dynamodb/${file}.ts`, import.meta.url), 'utf8'),
      ),
    );

    const commands = sources.flatMap((source) => source.match(/\b[A-Z][A-Za-z]*Command\b/g) ?? []);
    expect([...new Set(commands)]).toEqual(['BatchExecuteStatementCommand']);
    expect(sources.join('\n').match(/`[A-Z]+ (INTO|FROM)\b/g)).toEqual(['`INSERT INTO']);
    expect(sources.join('\n')).not.toMatch(/putRows|commitTo/);
  });

  it('refuses a row that is not what its key says', async () => {
    const { client, ledger } = await open();
    const insert = (sk: string, r: string) =>
      client.send(
        new ExecuteStatementCommand({
          Statement: `INSERT INTO "ledger" VALUE {'pk': ?, 'sk': ?, 'r': ?}`,
          Parameters: [{ S: 'LEAF#0' }, { S: sk }, { S: r }],
        }),
      );
    await insert('0000000000000001', JSON.stringify(leaf(2)));
    await insert('0000000000000002', '{"index":2}');

    for (const index of [1, 2]) {
      const outcome = await ledger.get('leaf', { index }).catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(IntegrityError);
      expect(outcome).toMatchObject({ code: 'CORRUPT_RECORD' });
    }
  });

  it('spreads a pass of 1,000 leaves so that no partition takes more than 64', async () => {
    const { client, ledger } = await open();
    await ledger.insert(
      'leaf',
      Array.from({ length: 1000 }, (_, index) => leaf(index)),
    );

    const { Count } = await client.send(
      new QueryCommand({
        TableName: 'ledger',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'LEAF#3' } },
        Select: 'COUNT',
      }),
    );

    expect(Count).toBe(64);
    expect(await ledger.leaves(0, 1000)).toHaveLength(1000);
  });

  it('holds a reservation of 1,000 facts in one row', async () => {
    const { ledger } = await open();
    const leaves = Array.from({ length: 1000 }, (_, n) => ({
      attestationId: digest(n),
      receivedAt: AT,
      leafHash: digest(n),
    }));
    const reservation = { size: 0, newSize: 1000, newRoot: digest(1), sealedAt: AT, leaves };

    await ledger.insert('reservation', [reservation]);

    expect(await ledger.get('reservation', { size: 0 })).toEqual(reservation);
    expect(JSON.stringify(reservation).length).toBeLessThan(400_000);
  });
});

describe('a witness on DynamoDB', () => {
  witnessStoreContract(async () => (await open()).witness);
});
describe('the history index on DynamoDB', () => {
  historyIndexContract(async () => (await open()).history);
});
