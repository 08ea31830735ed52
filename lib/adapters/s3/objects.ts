// Objects of one bucket, as the adapters beside it use them: written once, read whole or in part.
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { UpstreamError } from '../../domain/errors.ts';
import { callAws, explainAwsFailure, statusOf } from '../aws/call-aws.ts';
import { backoffMs, realSleep } from '../dynamodb/backoff.ts';

/** A bucket and the client to reach it with. */
export interface Bucket {
  readonly client: S3Client;
  readonly bucket: string;
}

/** What S3 knows of an object without handing it out. */
export interface ObjectHead {
  readonly size: number;
  readonly etag: string | undefined;
  /**
   * SHA-256 (lowercase hex) of the whole object as S3 computed it when it was written; undefined where it did not, or
   * did so for the parts of an upload only.
   */
  readonly sha256: string | undefined;
}

/** S3 asks to repeat a conditional write that met another on the same key. */
const CONFLICT_TRIES = 6;

/**
 * Writes an object unless its key is taken; false when it is. S3 checks the bytes against their SHA-256 and keeps it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * @param sha256 of the bytes, lowercase hex
 * @throws UpstreamError
 */
export function putOnce(
  { client, bucket }: Bucket,
  key: string,
  bytes: Uint8Array,
  sha256: string,
): Promise<boolean> {
  const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64');
  return writeOnce(`store ${key}`, () =>
    client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ChecksumSHA256, IfNoneMatch: '*' }),
    ),
  );
}

/** Runs a write made with `IfNoneMatch: '*'`; false when its key is taken. @throws UpstreamError */
export async function writeOnce(action: string, write: () => Promise<unknown>): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      await write();
      return true;
    } catch (error) {
      if (nameOf(error) === 'PreconditionFailed') return false;
      const isConflict = statusOf(error) === 409;
      if (!isConflict || tries === CONFLICT_TRIES) throw explainAwsFailure('s3', action, error);
    }
    await realSleep(backoffMs(tries));
  }
}

/** Reads a whole object; undefined when there is none. @throws UpstreamError */
export async function getObject({ client, bucket }: Bucket, key: string): Promise<Uint8Array | undefined> {
  return unlessMissing(
    callAws('s3', `read ${key}`, async () => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Body?.transformToByteArray() ?? new Uint8Array();
    }),
  );
}

/**
 * Reads bytes `start` up to, not including, `end`; fewer where the object ends before; undefined when there is none.
 * @param etag refuses an object that was replaced since
 * @throws UpstreamError
 */
export async function getRange(
  { client, bucket }: Bucket,
  key: string,
  { start, end, etag }: { readonly start: number; readonly end: number; readonly etag?: string | undefined },
): Promise<Uint8Array | undefined> {
  const Range = `bytes=${start}-${end - 1}`;
  return unlessMissing(
    callAws('s3', `read ${key}`, async () => {
      try {
        const { Body } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, Range, IfMatch: etag }),
        );
        return Body?.transformToByteArray() ?? new Uint8Array();
      } catch (error) {
        // Begins at or after the end: of an empty object every range does.
        if (nameOf(error) === 'InvalidRange') return new Uint8Array();
        throw error;
      }
    }),
  );
}

/** Asks about an object without reading it; undefined when there is none. @throws UpstreamError */
export async function headObject({ client, bucket }: Bucket, key: string): Promise<ObjectHead | undefined> {
  const head = await unlessMissing(
    callAws('s3', `look for ${key}`, () =>
      client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' })),
    ),
  );
  return head && { size: head.ContentLength ?? 0, etag: head.ETag, sha256: wholeSha256(head.ChecksumSHA256) };
}

/** A checksum of parts ends in `-` and their number; only one of the whole is 32 bytes of base64. */
export function wholeSha256(checksum: string | undefined): string | undefined {
  if (checksum === undefined || !/^[A-Za-z0-9+/]{43}=$/.test(checksum)) return undefined;
  return Buffer.from(checksum, 'base64').toString('hex');
}

async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const isMissing = error instanceof UpstreamError && /^(NoSuchKey|NotFound)$/.test(nameOf(error.cause));
    if (isMissing) return undefined;
    throw error;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
