// Finished packs in a bucket whose objects expire.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { PackShelf } from '../../application/ports/pack-shelf.ts';
import { utf8Text } from '../../domain/attestation/bytes/text-bytes.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import { callAws } from '../aws/call-aws.ts';
import { type Bucket, getObject } from './objects.ts';

/** What one PutObject takes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_FILE_BYTES = 5 * 1024 ** 3;

/**
 * Opens the shelf. An address that `link` gives works as long as the session of the role that made it, if that ends sooner.
 * Every method throws UpstreamError when S3 fails; `putFile` throws InvalidInputError BAD_ARGUMENT above 5 GiB.
 */
export function createS3PackShelf({ client, bucket }: Bucket): PackShelf {
  return {
    async putFile(name, path) {
      const { size } = await stat(path);
      if (size > MAX_FILE_BYTES) {
        throw new InvalidInputError({
          code: 'BAD_ARGUMENT',
          message: `The pack has ${size} bytes, more than one object takes (${MAX_FILE_BYTES}): export a campaign, or a shorter time.`,
        });
      }
      await callAws('s3', `store ${name}`, () =>
        client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: name,
            Body: createReadStream(path),
            ContentLength: size,
          }),
        ),
      );
    },
    async putText(name, text) {
      await callAws('s3', `store ${name}`, () =>
        client.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: text })),
      );
    },
    async readText(name) {
      const bytes = await getObject({ client, bucket }, name);
      return bytes && utf8Text(bytes);
    },
    link: (name, seconds) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: name }), { expiresIn: seconds }),
  };
}
