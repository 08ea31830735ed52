// What every store of blobs must do.
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Blobs } from '../../lib/application/ports/blobs.ts';
import { IntegrityError, InvalidInputError } from '../../lib/domain/errors.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const NOWHERE = sha256('nobody stored this');

async function allLines(blobs: Blobs, digest: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of blobs.lines(digest)) lines.push(line);
  return lines;
}

async function write(blobs: Blobs, lines: readonly string[]): Promise<string> {
  const writer = await blobs.writer();
  for (const line of lines) await writer.line(line);
  return writer.close();
}

/** Runs the contract. */
export function describeBlobs(
  name: string,
  open: () => Promise<{ readonly blobs: Blobs; close(): Promise<void> }>,
): void {
  describe(`${name} blobs`, () => {
    let under: Awaited<ReturnType<typeof open>>;
    let blobs: Blobs;
    beforeAll(async () => {
      under = await open();
      blobs = under.blobs;
    });
    afterAll(() => under.close());

    it('give back any bytes under their SHA-256', async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
          const digest = await blobs.put(bytes);

          expect(digest).toBe(sha256(bytes));
          expect(Buffer.from(await blobs.get(digest)).equals(bytes)).toBe(true);
        }),
        { numRuns: 50 },
      );
    });

    it('take the same bytes again without a change', async () => {
      const bytes = Buffer.from('said twice');

      expect(await blobs.put(bytes)).toBe(await blobs.put(bytes));
      expect(Buffer.from(await blobs.get(sha256(bytes)))).toEqual(bytes);
    });

    it('take many small files at once, repeated ones included', async () => {
      const files = Array.from({ length: 350 }, (_, n) => Buffer.from(`file ${n % 300}`));

      const digests = await blobs.putMany(files);

      expect(digests).toEqual(files.map(sha256));
      for (const digest of digests.slice(0, 20)) expect(await blobs.has(digest)).toBe(true);
      expect(await blobs.putMany([])).toEqual([]);
    });

    it('know what they have', async () => {
      expect(await blobs.has(NOWHERE)).toBe(false);
      await expect(blobs.get(NOWHERE)).rejects.toThrow(IntegrityError);
      await expect(allLines(blobs, NOWHERE)).rejects.toThrow(IntegrityError);
    });

    it('give back any part of a file, large, small or packed', async () => {
      const whole = Buffer.from(Array.from({ length: 1_200_000 }, (_, n) => n % 251));
      const small = Array.from({ length: 30 }, (_, n) => Buffer.from(`part of small file ${n}`));
      const large = await blobs.put(whole);
      const [packed = ''] = await blobs.putMany(small);
      const part = async (digest: string, start: number, end: number) =>
        Buffer.from(await blobs.range(digest, start, end));

      for (const [start, end] of [
        [0, 1],
        [0, whole.length],
        [777_777, 1_000_001],
        [whole.length - 1, whole.length],
      ] as const) {
        expect((await part(large, start, end)).equals(whole.subarray(start, end))).toBe(true);
      }
      expect((await part(packed, 5, 13)).toString()).toBe('of small');
      expect((await part(packed, 0, 1000)).toString()).toBe('part of small file 0');
    });

    it('leave out what lies beyond the end of a file, and refuse a part that cannot be', async () => {
      const digest = await blobs.put(Buffer.from('ten bytes.'));

      expect(Buffer.from(await blobs.range(digest, 4, 99)).toString()).toBe('bytes.');
      for (const start of [10, 11, 5000]) expect(await blobs.range(digest, start, 9999)).toHaveLength(0);
      for (const [start, end] of [
        [-1, 4],
        [4, 4],
        [5, 4],
        [0.5, 4],
        [0, Number.NaN],
      ] as const) {
        await expect(blobs.range(digest, start, end)).rejects.toThrow(RangeError);
      }
      await expect(blobs.range(NOWHERE, 0, 1)).rejects.toThrow(IntegrityError);
      await expect(blobs.range('../x', 0, 1)).rejects.toThrow(InvalidInputError);
    });

    it('refuse names that are no digest, such as paths', async () => {
      for (const name of ['../../etc/passwd', '', 'ABC', `${NOWHERE}/..`, NOWHERE.toUpperCase()]) {
        await expect(blobs.get(name)).rejects.toThrow(InvalidInputError);
        await expect(blobs.has(name)).rejects.toThrow(InvalidInputError);
      }
    });

    it('write large files line by line and read them so, whatever the lines hold', async () => {
      const long = Array.from(
        { length: 20_000 },
        (_, n) => `{"line":${n},"text":"grüße \u2028 \r ${'x'.repeat(n % 50)}"}`,
      );

      const digest = await write(blobs, long);

      expect(digest).toBe(sha256(`${long.join('\n')}\n`));
      expect(await allLines(blobs, digest)).toEqual(long);
      expect(await allLines(blobs, await blobs.put(Buffer.from('a\n\nb')))).toEqual(['a', '', 'b']);
      expect(await allLines(blobs, await write(blobs, []))).toEqual([]);
    });

    it('refuse a line that would become two', async () => {
      const writer = await blobs.writer();

      await expect(writer.line('one\ntwo')).rejects.toThrow(RangeError);
      await writer.abort();
    });

    it('show nothing of a file that is not finished, or was given up', async () => {
      const digest = sha256('half\n');
      const writer = await blobs.writer();
      await writer.line('half');
      expect(await blobs.has(digest)).toBe(false);

      await writer.abort();

      expect(await blobs.has(digest)).toBe(false);
    });
  });
}
