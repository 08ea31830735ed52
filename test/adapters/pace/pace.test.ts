import { expect, test } from 'vitest';
import { createPace } from '../../../lib/adapters/pace/create-pace.ts';
import { createDynamoPaceBook } from '../../../lib/adapters/pace/dynamo-pace-book.ts';
import { createMemoryPaceBook } from '../../../lib/adapters/pace/pace-book.ts';
import { describePace } from '../../contracts/pace-contract.ts';
import { openStore } from '../dynamodb/open-store.ts';

describePace('memory', async () => {
  const book = createMemoryPaceBook();
  return { open: () => book, close: async () => undefined };
});

describePace('DynamoDB', async () => {
  const { client, close } = await openStore();
  return { open: () => createDynamoPaceBook({ client, table: 'reviews' }), close };
});

test('a patient sender waits for a window that is near, and for nothing that is far', async () => {
  let nowMs = 1_000_000_000;
  const slept: number[] = [];
  const pace = createPace({
    book: createMemoryPaceBook(),
    wallClock: () => nowMs,
    limitOf: async () => ({ perWindow: 1, windowMs: 10_000 }),
    patience: {
      maxMs: 20_000,
      sleep: async (ms) => {
        slept.push(ms);
        nowMs += ms;
      },
    },
  });
  for (let n = 0; n < 3; n += 1) expect(await pace.admit('email', 'now')).toMatchObject({ go: true });
  expect(slept).toEqual([10_000, 10_000]);

  await pace.told('email', 60_000);
  expect(await pace.admit('email', 'now')).toMatchObject({ go: false });
  expect(slept).toHaveLength(2);
});
