// Writes a blob whose name, its digest, is known only at its end. Up to one part it is kept in memory and stored at once.
// A longer one is sent in parts to a draft beside the blobs, and S3 itself copies the finished draft to its place.
// Drafts that a crash leaves behind are for a lifecycle rule of the bucket on `drafts/`, as are unfinished uploads.
import { createHash, type Hash, randomUUID } from 'node:crypto';
import { CopyObjectCommand, type CopyObjectCommandOutput, DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { BlobWriter } from '../../application/ports/blobs.ts';
import { InvalidInputError, UpstreamError } from '../../domain/errors.ts';
import { callAws } from '../aws/call-aws.ts';
import { checkLine, mismatchedBlob } from '../files/blob-errors.ts';
import { beginMultipartUpload, type MultipartUpload, PART_BYTES } from './multipart-upload.ts';
import { type Bucket, putOnce, wholeSha256, writeOnce } from './objects.ts';

/** S3 copies no more at once: 5 GiB. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const MAX_BLOB_BYTES = 5 * 1024 ** 3;

/** Lines are joined up to this many characters before they become bytes. */
const JOIN_CHARACTERS = 256 * 1024;

/** Where a writer writes. */
export interface WriterPlace extends Bucket {
  /** Key of a blob. */
  keyOf(digest: string): string;
}

/**
 * Opens a writer. After a failed `line`, `abort` removes what was sent; a failed `close` does so itself.
 * Its `line` and `close` throw InvalidInputError `BAD_ARGUMENT` past `maxBytes`, UpstreamError when S3 fails, and
 * IntegrityError `DIGEST_MISMATCH` when S3 says it stored other bytes.
 */
export function openS3BlobWriter(place: WriterPlace, maxBytes = MAX_BLOB_BYTES): BlobWriter {
  const hash = createHash('sha256');
  const pending = joinedLines(hash);
  let draft: Draft | undefined;
  const sendPart = async (): Promise<void> => {
    if (pending.totalBytes() > maxBytes) throw tooLarge(maxBytes);
    draft ??= await beginDraft(place);
    await draft.part(pending.take());
  };
  const finish = async (): Promise<string> => {
    pending.join();
    if (draft !== undefined) {
      if (pending.bytes() > 0) await sendPart();
      const digest = hash.digest('hex');
      await draft.becomes(digest);
      return digest;
    }
    const digest = hash.digest('hex');
    await putOnce(place, place.keyOf(digest), pending.take(), digest);
    return digest;
  };
  return {
    line: async (text) => {
      checkLine(text);
      pending.add(text);
      if (pending.bytes() >= PART_BYTES) await sendPart();
    },
    close: async () => {
      try {
        return await finish();
      } finally {
        await draft?.discard();
      }
    },
    abort: async () => draft?.discard(),
  };
}

/** A large file under another key, until its digest is known. */
interface Draft extends Pick<MultipartUpload, 'part'> {
  /** Makes it appear at its place. */
  becomes(digest: string): Promise<void>;
  /** Removes it, or what there is of it. What cannot be removed now is left to the bucket's lifecycle rules. */
  discard(): Promise<void>;
}

async function beginDraft(place: WriterPlace): Promise<Draft> {
  const key = `drafts/${randomUUID()}`;
  const upload = await beginMultipartUpload(place, key);
  let isVisible = false;
  return {
    part: upload.part,
    becomes: async (digest) => {
      await upload.complete();
      isVisible = true;
      await copyToPlace(place, key, digest);
    },
    discard: async () => {
      try {
        if (isVisible) await deleteObject(place, key);
        else await upload.abort();
      } catch (error) {
        // Neither a file that is in its place nor the failure that led here may be hidden by a draft that stays.
        if (!(error instanceof UpstreamError)) throw error;
      }
    },
  };
}

/** Lines on their way to become bytes, which the digest has seen. */
function joinedLines(hash: Hash) {
  let lines: string[] = [];
  let characters = 0;
  let chunks: Buffer[] = [];
  let bytes = 0;
  let taken = 0;
  const join = (): void => {
    if (lines.length === 0) return;
    const chunk = Buffer.from(lines.join(''), 'utf8');
    hash.update(chunk);
    chunks.push(chunk);
    bytes += chunk.length;
    lines = [];
    characters = 0;
  };
  return {
    add: (text: string): void => {
      lines.push(text, '\n');
      characters += text.length + 1;
      if (characters >= JOIN_CHARACTERS) join();
    },
    join,
    /** How many bytes wait to be taken. */
    bytes: (): number => bytes,
    /** How many were ever joined. */
    totalBytes: (): number => taken + bytes,
    take: (): Uint8Array => {
      const whole = Buffer.concat(chunks);
      taken += bytes;
      chunks = [];
      bytes = 0;
      return whole;
    },
  };
}

/** S3 makes the copy, and computes the digest it answers with. */
async function copyToPlace(place: WriterPlace, draft: string, digest: string): Promise<void> {
  const key = place.keyOf(digest);
  let copied: CopyObjectCommandOutput | undefined;
  await writeOnce(`store ${key}`, async () => {
    copied = await place.client.send(
      new CopyObjectCommand({
        Bucket: place.bucket,
        Key: key,
        CopySource: `${place.bucket}/${draft}`,
        ChecksumAlgorithm: 'SHA256',
        IfNoneMatch: '*',
      }),
    );
  });
  const stored = wholeSha256(copied?.CopyObjectResult?.ChecksumSHA256);
  if (stored !== undefined && stored !== digest) throw mismatchedBlob(digest, stored);
}

async function deleteObject({ client, bucket }: Bucket, key: string): Promise<void> {
  await callAws('s3', `delete ${key}`, () =>
    client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })),
  );
}

function tooLarge(maxBytes: number): InvalidInputError {
  return new InvalidInputError({
    code: 'BAD_ARGUMENT',
    message: `A file of more than ${maxBytes} bytes cannot be stored: S3 copies no larger one at once.`,
  });
}
