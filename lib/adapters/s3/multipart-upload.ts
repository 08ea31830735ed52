// A large object in parts, sent one after the other, so that no more than one is held. Nothing is visible before the end.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { callAws } from '../aws/call-aws.ts';
import type { Bucket } from './objects.ts';

/** S3 takes parts of at least 5 MiB, but for the last, and at most 10,000 of them. */
export const PART_BYTES = 8 * 1024 * 1024;

/** An upload under way. Whoever begins one must complete or abort it: S3 keeps, and charges for, parts until then. */
export interface MultipartUpload {
  /** Sends the next part: `PART_BYTES` or a little more, less only if it is the last. @throws UpstreamError */
  part(bytes: Uint8Array): Promise<void>;
  /** Makes the object visible. @throws UpstreamError */
  complete(): Promise<void>;
  /** Throws away what was sent. @throws UpstreamError */
  abort(): Promise<void>;
}

/** Begins an upload to a key. @throws UpstreamError */
export async function beginMultipartUpload(
  { client, bucket }: Bucket,
  key: string,
): Promise<MultipartUpload> {
  const target = { Bucket: bucket, Key: key };
  const { UploadId } = await callAws('s3', `begin to store ${key}`, () =>
    client.send(new CreateMultipartUploadCommand(target)),
  );
  const upload = { ...target, UploadId };
  const parts: CompletedPart[] = [];
  return {
    part: async (bytes) => {
      const PartNumber = parts.length + 1;
      const sent = await callAws('s3', `store part ${PartNumber} of ${key}`, () =>
        client.send(new UploadPartCommand({ ...upload, PartNumber, Body: bytes })),
      );
      // The SDK has S3 check each part by CRC-32; naming it again has S3 check that it completes with those parts.
      parts.push({ PartNumber, ETag: sent.ETag, ChecksumCRC32: sent.ChecksumCRC32 });
    },
    complete: async () => {
      await callAws('s3', `finish storing ${key}`, () =>
        client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } })),
      );
    },
    abort: async () => {
      await callAws('s3', `give up storing ${key}`, () =>
        client.send(new AbortMultipartUploadCommand(upload)),
      );
    },
  };
}
