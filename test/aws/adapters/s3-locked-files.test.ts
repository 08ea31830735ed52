import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createS3LockedFiles } from '../../../lib/adapters/s3/s3-locked-files.ts';
import { utf8Bytes } from '../../../lib/domain/attestation/bytes/text-bytes.ts';
import { lockedFilesContract } from '../../contracts/locked-files-contract.ts';
import { openBucket } from './open-bucket.ts';

lockedFilesContract('a bucket', async () => createS3LockedFiles(await openBucket({ locked: true })));

describe('a bucket of locked files', () => {
  it('lists more names than one answer holds', async () => {
    const place = await openBucket({ locked: true });
    const files = createS3LockedFiles(place);
    const names = Array.from({ length: 1100 }, (_, n) => `tile/${String(n).padStart(5, '0')}`);
    for (let from = 0; from < names.length; from += 50) {
      await Promise.all(names.slice(from, from + 50).map((name) => files.put(name, utf8Bytes(name))));
    }

    const listed: string[] = [];
    for await (const name of files.list('tile/')) listed.push(name);

    expect(listed).toEqual(names);
  });

  it('keeps the one version it wrote, which the bucket does not let go', async () => {
    const place = await openBucket({ locked: true });
    const files = createS3LockedFiles(place);
    await files.put('checkpoints/0001', utf8Bytes('first'));
    await files.put('checkpoints/0001', utf8Bytes('first'));
    await expect(files.put('checkpoints/0001', utf8Bytes('other'))).rejects.toMatchObject({ code: 'FORK' });

    const { Versions = [] } = await place.client.send(
      new ListObjectVersionsCommand({ Bucket: place.bucket }),
    );
    expect(Versions).toHaveLength(1);
    await expect(
      place.client.send(
        new DeleteObjectCommand({
          Bucket: place.bucket,
          Key: 'checkpoints/0001',
          VersionId: Versions[0]?.VersionId,
        }),
      ),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
