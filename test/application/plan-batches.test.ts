import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemoryBlobs } from '../../lib/adapters/memory/blobs.ts';
import { loadPlan, planBatches } from '../../lib/application/plan-batches.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const line = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).map((text) => JSON.stringify(text));
const inventory = fc.record({ lines: fc.array(line, { maxLength: 30 }), endsInLineFeed: fc.boolean() });
const bytesOf = ({ lines, endsInLineFeed }: { lines: string[]; endsInLineFeed: boolean }) =>
  Buffer.from(`${lines.join('\n')}${lines.length > 0 && endsInLineFeed ? '\n' : ''}`);
const sizes = fc.record({
  identities: fc.integer({ min: 1, max: 9 }),
  batchBytes: fc.integer({ min: 1, max: 400 }),
  readBytes: fc.integer({ min: 1, max: 90 }),
});

describe('a plan', () => {
  test('covers every inventory once, in order, cut at line ends, each part with its own digest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(inventory, { maxLength: 3 }), sizes, async (inventories, sizes) => {
        const blobs = createMemoryBlobs();
        const files = inventories.map(bytesOf);
        const digests = await blobs.putMany(files);

        const plan = await planBatches(blobs, digests, sizes);
        const batches = await loadPlan(blobs, plan.digest);

        expect(batches).toHaveLength(plan.batches);
        const parts = await Promise.all(
          batches.map((each) => blobs.range(each.inventory, each.from, each.to)),
        );
        expect(Buffer.concat(parts).equals(Buffer.concat(files))).toBe(true);
        for (const [n, { sha256: digest, identities, inventory, from, to }] of batches.entries()) {
          const text = Buffer.from(parts[n]!).toString();
          const isLast = batches[n + 1]?.inventory !== inventory || batches[n + 1]?.from !== to;
          expect(parts[n]).toHaveLength(to - from);
          expect(digest).toBe(sha256(parts[n]!));
          expect(text.split('\n').filter((each) => each !== '')).toHaveLength(identities);
          expect(identities).toBeLessThanOrEqual(sizes.identities);
          if (!isLast) expect(text.endsWith('\n')).toBe(true);
          const lineBytes = Math.max(...text.split('\n').map((each) => Buffer.byteLength(each) + 1));
          expect(to - from).toBeLessThan(sizes.batchBytes + lineBytes);
        }
        expect(await planBatches(blobs, digests, { ...sizes, readBytes: 4096 })).toEqual(plan);
      }),
    );
  });

  test('is not made of an inventory that holds other bytes than its name says', async () => {
    const blobs = createMemoryBlobs();
    const digest = await blobs.put(Buffer.from('{"n":1}\n{"n":2}\n'));
    const { range } = blobs;
    blobs.range = async (...args) =>
      Buffer.from(await range(...args)).map((byte) => (byte === 0x32 ? 0x33 : byte));

    await expect(planBatches(blobs, [digest])).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});
