// What the store does with the service it runs on: what it costs, and what it does when answers get lost or refused.
import { readdirSync, readFileSync } from 'node:fs';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attachCapacityMeter } from '../../../lib/adapters/dynamodb/capacity-meter.ts';
import { createReviewStore } from '../../../lib/adapters/dynamodb/review-store.ts';
import { ensureTables } from '../../../lib/adapters/dynamodb/tables.ts';
import { create, update } from '../../../lib/application/ports/review-store.ts';
import { ConflictError, IntegrityError, UpstreamError } from '../../../lib/domain/errors.ts';
import { plusDays } from '../../../lib/domain/time.ts';
import {
  attestation,
  decision,
  docket,
  handled,
  item,
  notice,
  promiseToChange,
  T0,
} from '../../contracts/sample-records.ts';
import { allDue } from '../../contracts/store-under-test.ts';
import { openStore } from './open-store.ts';

let under: Awaited<ReturnType<typeof openStore>>;
beforeEach(async () => {
  under = await openStore();
});
afterEach(() => under.close());

/** Lets the next `times` calls of a command through, but loses their answers, so that the SDK asks again. */
function loseAnswers(client: DynamoDBClient, command: string, times: number): () => number {
  let left = times;
  let calls = 0;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== command) return next(args);
        calls += 1;
        const answer = await next(args);
        if (left === 0) return answer;
        left -= 1;
        throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
      },
    { step: 'finalizeRequest', priority: 'low' },
  );
  return () => calls;
}

/** Makes the service answer some calls of a command as given, without reaching it. */
function answerWith(client: DynamoDBClient, command: string, answers: unknown[]): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = commandName === command ? answers.shift() : undefined;
        if (answer === undefined) return next(args);
        if (answer instanceof Error) throw answer;
        return { output: { $metadata: {}, ...answer }, response: {} };
      },
    { step: 'initialize' },
  );
}

describe('cost', () => {
  it('of an item from opening to answer is at most 6 write units, the attestation aside', async () => {
    const meter = attachCapacityMeter(under.client);
    const asked = item(1);
    const { inbox, attested } = attestation('decision');

    await under.store.putNew('item', [asked]);
    await under.store.commit([
      update('item', asked, { state: 'answered', decision: decision(), answers: 1 }),
    ]);
    expect(meter.writeUnits).toBeLessThanOrEqual(6);

    meter.reset();
    const second = item(2);
    await under.store.putNew('item', [second]);
    await under.store.commit([
      update('item', second, { state: 'answered', decision: decision(), answers: 1 }),
      create('inbox', inbox),
      create('attested', attested),
    ]);
    const attestationUnits = 2 * (Math.ceil((inbox.envelope.length + 400) / 1024) + 1);
    expect(meter.writeUnits - attestationUnits).toBeLessThanOrEqual(6);
    expect(meter.requests).toBe(2);
  });

  it('of catching up after nine quiet months is a handful of reads, not one an hour', async () => {
    const late = plusDays(T0, 270);
    await under.store.commit([create('promise', promiseToChange(1, { nextDueAt: T0 }))]);
    await under.store.commit([create('promise', promiseToChange(2, { nextDueAt: late }))]);
    const meter = attachCapacityMeter(under.client);

    expect(await allDue(under.store, late)).toHaveLength(2);

    const hours = 270 * 24;
    expect(meter.requests).toBeLessThan(under.store.dueShards + 2 * 24 + 10);
    expect(meter.requests).toBeLessThan(hours / 50);
  });

  it('of a campaign is spread: no partition gets more than a share of its rows', async () => {
    const rowsIn = new Map<string, number>();
    under.client.middlewareStack.add(
      (next) => async (args) => {
        const { RequestItems = {} } = args.input as {
          RequestItems?: Record<string, { PutRequest?: { Item: { pk: { S: string } } } }[]>;
        };
        for (const { PutRequest } of Object.values(RequestItems).flat()) {
          const pk = PutRequest?.Item.pk.S ?? '';
          rowsIn.set(pk, (rowsIn.get(pk) ?? 0) + 1);
        }
        return next(args);
      },
      { step: 'initialize' },
    );
    // The hardest case: everything unowned, so everything routed to one fallback reviewer.
    const items = Array.from({ length: 2000 }, (_, n) => item(n, { reviewerId: 'fallback' }));
    await under.store.putNew('item', items);
    await under.store.putNew(
      'docket',
      Array.from({ length: 2000 }, (_, n) => docket(`reviewer-${n}`)),
    );

    const sizes = [...rowsIn.values()].toSorted((a, b) => b - a);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThanOrEqual(8000);
    expect(sizes[0]).toBeLessThan(2000 / 3);
  });
});

describe('lost answers', () => {
  it('of a single put do not turn our own write into a conflict', async () => {
    const calls = loseAnswers(under.client, 'PutItemCommand', 1);
    const first = promiseToChange(1);

    await under.store.commit([create('promise', first)]);

    expect(calls()).toBe(2);
    expect(await under.store.get('promise', first)).toEqual(first);
  });

  it('of a transaction do not write it twice', async () => {
    const calls = loseAnswers(under.client, 'TransactWriteItemsCommand', 1);
    const asked = item(1);

    await under.store.commit([create('item', asked), create('docket', docket('ann'))]);

    expect(calls()).toBe(2);
    expect(await under.store.get('item', asked)).toEqual(asked);
  });

  it('of a deletion do not turn it into a conflict', async () => {
    await under.store.commit([create('handled', handled('m'))]);
    loseAnswers(under.client, 'DeleteItemCommand', 1);

    await under.store.commit([{ kind: 'handled', record: undefined, previous: handled('m') }]);

    expect(await under.store.get('handled', { messageId: 'm' })).toBeUndefined();
  });

  it('do not let two who write the very same content both believe they were first', async () => {
    const other = createReviewStore({ client: under.client, table: 'reviews', clock: under.clock });
    const claim = notice('digest');

    await other.commit([create('notice', claim)]);

    await expect(under.store.commit([create('notice', claim)])).rejects.toThrow(ConflictError);
  });
});

describe('a busy service', () => {
  it('that refuses some of many rows is not written to any more once that is known', async () => {
    let underWay = 0;
    let refused = false;
    under.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== 'BatchWriteItemCommand') return next(args);
          if (!refused) {
            refused = true;
            throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
          }
          underWay += 1;
          try {
            await new Promise((resolve) => void setTimeout(resolve, 20));
            return await next(args);
          } finally {
            underWay -= 1;
          }
        },
      { step: 'initialize' },
    );
    const items = Array.from({ length: 400 }, (_, n) => item(n));

    await expect(under.store.putNew('item', items)).rejects.toThrow(UpstreamError);

    expect(underWay).toBe(0);
    const written = await under.store.getMany('item', items);
    expect(written.filter((each) => each !== undefined).length).toBeLessThan(items.length);
  });

  it('that leaves rows unprocessed is given them again, after a wait', async () => {
    const waits: number[] = [];
    const store = createReviewStore({
      client: under.client,
      table: 'reviews',
      clock: under.clock,
      sleep: async (ms) => waits.push(ms),
    });
    let isFirst = true;
    under.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const { RequestItems } = args.input as { RequestItems?: Record<string, unknown[]> };
          if (commandName !== 'BatchWriteItemCommand' || !isFirst) return next(args);
          isFirst = false;
          const [kept, ...left] = RequestItems?.['reviews'] ?? [];
          const answer = await next({ ...args, input: { RequestItems: { reviews: [kept] } } });
          Object.assign(answer.output as object, { UnprocessedItems: { reviews: left } });
          return answer;
        },
      { step: 'initialize' },
    );
    const items = Array.from({ length: 10 }, (_, n) => item(n));

    await store.putNew('item', items);

    expect(waits).toHaveLength(1);
    expect(await store.getMany('item', items)).toEqual(items);
    expect(await store.countOpenItems(items[0]!.campaignId, 'maria.rossi')).toBe(10);
  });

  it('that never takes them fails as retryable', async () => {
    const store = createReviewStore({
      client: under.client,
      table: 'reviews',
      clock: under.clock,
      sleep: async () => undefined,
    });
    const left = { PutRequest: { Item: { pk: { S: 'x' }, sk: { S: 'x' } } } };
    answerWith(
      under.client,
      'BatchWriteItemCommand',
      Array.from({ length: 12 }, () => ({ UnprocessedItems: { reviews: [left] } })),
    );

    await expect(store.putNew('item', [item(1)])).rejects.toMatchObject({
      code: 'THROTTLED',
      retryable: true,
    });
  });

  it('whose transactions collide is asked again, and in the end it is a conflict of those writes', async () => {
    const store = createReviewStore({
      client: under.client,
      table: 'reviews',
      clock: under.clock,
      sleep: async () => undefined,
    });
    const { TransactionCanceledException } = await import('@aws-sdk/client-dynamodb');
    const collision = () =>
      new TransactionCanceledException({
        message: 'Transaction cancelled',
        $metadata: {},
        CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }, { Code: 'None' }],
      });
    answerWith(under.client, 'TransactWriteItemsCommand', [collision(), collision()]);
    await store.commit([create('docket', docket('ann', { nextDueAt: undefined }))]);

    answerWith(under.client, 'TransactWriteItemsCommand', Array.from({ length: 8 }, collision));
    const failure = await store
      .commit([create('promise', promiseToChange(1)), create('promise', promiseToChange(2))])
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(ConflictError);
    expect((failure as ConflictError).positions).toEqual([1]);
  });
});

describe('refusals', () => {
  it('name a missing table', async () => {
    const store = createReviewStore({ client: under.client, table: 'nowhere', clock: under.clock });

    await expect(store.get('item', item(1))).rejects.toMatchObject({
      code: 'NOT_READY',
      provider: 'dynamodb',
    });
    await expect(store.commit([create('promise', promiseToChange(1))])).rejects.toThrow(UpstreamError);
  });

  it('name a corrupt row', async () => {
    const asked = item(1);
    await under.store.commit([create('item', asked)]);
    const Key = { pk: { S: `ID#${asked.identityKey}` }, sk: { S: `ITEM#${asked.campaignId}` } };
    const { Item } = await under.client.send(new GetItemCommand({ TableName: 'reviews', Key }));
    await under.client.send(new PutItemCommand({ TableName: 'reviews', Item: { ...Item, r: { S: 'x' } } }));

    await expect(under.store.get('item', asked)).rejects.toThrow(IntegrityError);
    await expect(under.store.itemsOf(asked.identityKey)).rejects.toThrow(asked.identityKey);
  });

  it('come before anything is written when one commit would change over 100 rows', async () => {
    const notices = Array.from({ length: 25 }, (_, n) => notice(`n${n}`, { providerId: `p${n}` }));
    await under.store.commit(notices.map((each) => create('notice', each)));
    const moved = notices.map((each, n) =>
      update('notice', each, { claimedAt: plusDays(T0, 1), providerId: `q${n}` }),
    );

    await expect(under.store.commit(moved)).rejects.toThrow(/125 rows/);
    expect(await under.store.noticeByProviderId('slack', 'p3')).toEqual(notices[3]);
  });
});

describe('tables', () => {
  it('are made once, whoever asks and how often', async () => {
    const ask = () => ensureTables({ client: under.client, reviews: 'reviews-2', ledger: 'ledger-2' });

    await Promise.all([ask(), ask()]);
    await ask();

    const store = createReviewStore({ client: under.client, table: 'reviews-2', clock: under.clock });
    expect(await store.campaigns()).toEqual([]);
  });

  it('let handled messages go when their time has come', async () => {
    await under.store.commit([create('handled', handled('m'))]);
    under.setNow(plusDays(T0, 2));

    await under.server.sweepExpired();

    expect(await under.store.get('handled', { messageId: 'm' })).toBeUndefined();
  });

  it('are never scanned', () => {
    const folder = new URL('../../../lib/adapters/dynamodb/', import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));

    expect(files.length).toBeGreaterThan(10);
    for (const name of files) expect(readFileSync(new URL(name, folder), 'utf8')).not.toMatch(/ScanCommand/);
  });
});
