import { expect, it } from 'vitest';
import { createMemoryBlobs } from '../../../lib/adapters/memory/blobs.ts';
import { describeBlobs } from '../../contracts/blobs-contract.ts';

describeBlobs('memory', async () => ({ blobs: createMemoryBlobs(), close: async () => undefined }));

it('blobs in memory are copies', async () => {
  const blobs = createMemoryBlobs();
  const bytes = Buffer.from('kept');
  const digest = await blobs.put(bytes);

  bytes.fill(0);
  (await blobs.get(digest)).fill(1);

  expect(Buffer.from(await blobs.get(digest)).toString()).toBe('kept');
});
