import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { openS3BlobWriter } from '../../../lib/adapters/s3/s3-blob-writer.ts';
import { createS3Blobs } from '../../../lib/adapters/s3/s3-blobs.ts';
import type { Blobs } from '../../../lib/application/ports/blobs.ts';
import { UpstreamError } from '../../../lib/domain/errors.ts';
import { describeBlobs } from '../../contracts/blobs-contract.ts';
import { openBucket } from './open-bucket.ts';

describeBlobs('S3', async () => {
  const place = await openBucket();
  return { blobs: createS3Blobs(place), close: async () => place.client.destroy() };
});

describe('blobs in a bucket', () => {
  let place: Awaited<ReturnType<typeof openBucket>>;
  let blobs: Blobs;
  beforeAll(async () => {
    place = await openBucket();
    blobs = createS3Blobs(place);
    return () => place.client.destroy();
  });

  const keyOf = (digest: string): string => `blobs/${digest.slice(0, 2)}/${digest}`;
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const replace = (digest: string, text: string) =>
    place.client.send(
      new PutObjectCommand({ Bucket: place.bucket, Key: keyOf(digest), Body: Buffer.from(text) }),
    );

  it('keep each file under the first two characters of its name', async () => {
    const digest = await blobs.put(Buffer.from('evidence'));

    expect(await place.keys()).toContain(keyOf(digest));
  });

  it('refuse a file that was replaced, before its first line where S3 knows its digest', async () => {
    const text = 'line one\nline two\n';
    const digest = await blobs.put(Buffer.from(text));

    for (const damage of ['', 'line one\n', 'line one\nline 2wo\n']) {
      await replace(digest, damage);
      const seen: string[] = [];

      await expect(blobs.get(digest)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      await expect(
        (async () => {
          for await (const line of blobs.lines(digest)) seen.push(line);
        })(),
      ).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      expect(seen).toEqual([]);
    }
  });

  it('write a file of several parts, and leave nothing beside it', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `${n} ${'é'.repeat(500)}`);
    const text = `${lines.join('\n')}\n`;
    const writer = await blobs.writer();
    for (const line of lines) await writer.line(line);

    const digest = await writer.close();

    expect(digest).toBe(sha256(text));
    expect(Buffer.from(await blobs.get(digest)).equals(Buffer.from(text))).toBe(true);
    const seen: string[] = [];
    for await (const line of blobs.lines(digest)) seen.push(line);
    expect(seen).toEqual(lines);
    expect(Buffer.from(await blobs.range(digest, 9_000_000, 9_000_100))).toEqual(
      Buffer.from(text).subarray(9_000_000, 9_000_100),
    );
    expect((await place.keys()).filter((key) => key.startsWith('drafts/'))).toEqual([]);
    expect(await place.unfinishedUploads()).toBe(0);
  });

  it('take a large file a second time', async () => {
    const write = async () => {
      const writer = await blobs.writer();
      for (let n = 0; n < 20; n += 1) await writer.line('x'.repeat(500_000));
      return writer.close();
    };

    expect(await write()).toBe(await write());
    expect((await place.keys()).filter((key) => key.startsWith('drafts/'))).toEqual([]);
  });

  it('leave nothing behind when a large file is given up or too large', async () => {
    const writer = await blobs.writer();
    for (let n = 0; n < 20; n += 1) await writer.line('y'.repeat(500_000));
    expect(await place.unfinishedUploads()).toBe(1);
    await writer.abort();
    expect(await place.unfinishedUploads()).toBe(0);

    const bounded = openS3BlobWriter({ ...place, keyOf }, 9_000_000);
    for (let n = 0; n < 20; n += 1) await bounded.line('z'.repeat(500_000));
    await expect(bounded.close()).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });

    expect(await place.unfinishedUploads()).toBe(0);
    expect(await blobs.has(sha256(`${'z'.repeat(500_000)}\n`.repeat(20)))).toBe(false);
  });

  it('say what S3 would not do, and whether to try again', async () => {
    const elsewhere = createS3Blobs({ client: place.client, bucket: 'no-such-bucket-here' });

    await expect(elsewhere.put(Buffer.from('x'))).rejects.toThrow(UpstreamError);
    await expect(elsewhere.put(Buffer.from('x'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      provider: 's3',
      retryable: false,
    });
  });
});
