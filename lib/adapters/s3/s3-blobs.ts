// Blobs in a bucket: `blobs/<2 hex>/<sha256>`, each written once. S3 checks what it is sent against the digest and keeps the
// SHA-256 it computed; reading checks again, here.
import { createHash } from 'node:crypto';
import { mapConcurrently } from '../../application/in-batches.ts';
import type { Blobs } from '../../application/ports/blobs.ts';
import { blobDigest, checkDigest, checkRange, mismatchedBlob, missingBlob } from '../files/blob-errors.ts';
import { splitLines } from '../files/split-lines.ts';
import { type Bucket, getObject, getRange, headObject, type ObjectHead, putOnce } from './objects.ts';
import { openS3BlobWriter } from './s3-blob-writer.ts';

/** Requests at once when many small files are stored. */
const PUTS_AT_ONCE = 32;

/** Large files are read in pieces of this size, so that no connection waits while lines are worked on. */
const PIECE_BYTES = 8 * 1024 * 1024;

/**
 * Opens the blobs of a bucket. Its methods also throw UpstreamError when S3 fails. The role needs `s3:ListBucket` on the
 * bucket: without it S3 answers "denied" for what is not there.
 */
export function createS3Blobs({ client, bucket }: Bucket): Blobs {
  const place = { client, bucket, keyOf };
  const put = async (bytes: Uint8Array): Promise<string> => {
    const digest = blobDigest(bytes);
    await putOnce(place, keyOf(digest), bytes, digest);
    return digest;
  };
  return {
    put,
    putMany: async (files) => {
      const digests = files.map(blobDigest);
      const distinct = new Map(digests.map((digest, index) => [digest, files[index] ?? new Uint8Array()]));
      await mapConcurrently([...distinct], PUTS_AT_ONCE, ([digest, bytes]) =>
        putOnce(place, keyOf(digest), bytes, digest),
      );
      return digests;
    },
    get: async (digest) => {
      checkDigest(digest);
      const bytes = await getObject(place, keyOf(digest));
      if (!bytes) throw missingBlob(digest);
      const actual = blobDigest(bytes);
      if (actual !== digest) throw mismatchedBlob(digest, actual);
      return bytes;
    },
    range: async (digest, start, end) => {
      checkDigest(digest);
      checkRange(start, end);
      const bytes = await getRange(place, keyOf(digest), { start, end });
      if (!bytes) throw missingBlob(digest);
      return bytes;
    },
    has: async (digest) => {
      checkDigest(digest);
      return (await headObject(place, keyOf(digest))) !== undefined;
    },
    writer: async () => openS3BlobWriter(place),
    lines: (digest) => linesOf(place, digest),
  };
}

function keyOf(digest: string): string {
  return `blobs/${digest.slice(0, 2)}/${digest}`;
}

/**
 * No line of a file with other bytes is handed out: the digest S3 computed when the file was written is compared first,
 * or the file is read twice where S3 has none of the whole. The bytes are checked as they come all the same.
 */
async function* linesOf(place: Bucket, digest: string): AsyncIterable<string> {
  checkDigest(digest);
  const head = await headObject(place, keyOf(digest));
  if (!head) throw missingBlob(digest);
  if (head.sha256 !== undefined && head.sha256 !== digest) throw mismatchedBlob(digest, head.sha256);
  if (head.sha256 === undefined) {
    for await (const piece of checkedPieces(place, digest, head)) void piece;
  }
  yield* splitLines(checkedPieces(place, digest, head));
}

/** @throws IntegrityError DIGEST_MISMATCH after the last piece, when all together were not what the name says */
async function* checkedPieces(place: Bucket, digest: string, head: ObjectHead): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  for (let start = 0; start < head.size; start += PIECE_BYTES) {
    const end = Math.min(start + PIECE_BYTES, head.size);
    const piece = await getRange(place, keyOf(digest), { start, end, etag: head.etag });
    if (!piece) throw missingBlob(digest);
    hash.update(piece);
    yield piece;
  }
  const actual = hash.digest('hex');
  if (actual !== digest) throw mismatchedBlob(digest, actual);
}
