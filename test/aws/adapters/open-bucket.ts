// A bucket of its own for a test.
import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectLockConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { emulator } from './emulator.ts';

/** Makes an empty bucket; one whose objects are locked for a day when `locked`. */
export async function openBucket({ locked = false } = {}) {
  const client = new S3Client({ ...emulator(), forcePathStyle: true });
  const bucket = `test-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: locked }));
  if (locked) {
    const DefaultRetention = { Mode: 'COMPLIANCE', Days: 1 } as const;
    await client.send(
      new PutObjectLockConfigurationCommand({
        Bucket: bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } },
      }),
    );
  }
  return {
    client,
    bucket,
    /** Keys of all objects. */
    keys: async (): Promise<string[]> => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.map(({ Key = '' }) => Key);
    },
    /** How many uploads are neither complete nor given up. */
    unfinishedUploads: async (): Promise<number> => {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return Uploads.length;
    },
  };
}
