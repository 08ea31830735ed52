import { S3Client } from '@aws-sdk/client-s3';
import { LONG_CALLS } from './aws.ts';

let client: S3Client | undefined;

/** The sandbox's one S3 client. */
export function s3(): S3Client {
  client ??= new S3Client(LONG_CALLS);
  return client;
}
