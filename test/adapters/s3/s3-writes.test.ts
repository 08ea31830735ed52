// S3 is played here, request by request, to fail in the ways a real bucket cannot be asked to.
import type { S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { createS3Blobs } from '../../../lib/adapters/s3/s3-blobs.ts';
import { createS3LockedFiles } from '../../../lib/adapters/s3/s3-locked-files.ts';
import { sha256Hex } from '../../../lib/domain/attestation/bytes/sha256.ts';
import { utf8Bytes } from '../../../lib/domain/attestation/bytes/text-bytes.ts';

/** Names of the requests, in order. */
let requests: string[];
/** What a request is answered with; an error is thrown. */
let answers: (request: string, times: number) => object | undefined;

const client = {
  send: async (command: object) => {
    const request = command.constructor.name.replace('Command', '');
    requests.push(request);
    const answer = answers(request, requests.filter((each) => each === request).length) ?? {};
    if (answer instanceof Error) throw answer;
    return answer;
  },
} as unknown as S3Client;
const place = { client, bucket: 'data' };

function s3Error(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
}

beforeEach(() => {
  requests = [];
  answers = () => undefined;
});

async function writeLarge(): Promise<string> {
  const writer = await createS3Blobs(place).writer();
  for (let n = 0; n < 20; n += 1) await writer.line('x'.repeat(500_000));
  return writer.close();
}

describe('storing a small file in S3', () => {
  it('is repeated when another write of the same key was under way', async () => {
    answers = (_, times) => (times < 3 ? s3Error('ConditionalRequestConflict', 409) : undefined);

    const digest = await createS3Blobs(place).put(utf8Bytes('evidence'));

    expect(digest).toBe(sha256Hex(utf8Bytes('evidence')));
    expect(requests).toEqual(['PutObject', 'PutObject', 'PutObject']);
  });

  it('is given up, to be tried again later, when that goes on', async () => {
    answers = () => s3Error('ConditionalRequestConflict', 409);

    await expect(createS3Blobs(place).put(utf8Bytes('evidence'))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
    });
  });

  it('says what S3 refuses, and reads nothing back', async () => {
    answers = () => s3Error('AccessDenied', 403);

    await expect(createS3LockedFiles(place).put('a', utf8Bytes('x'))).rejects.toMatchObject({
      code: 'DENIED',
      retryable: false,
    });
    expect(requests).toEqual(['PutObject']);
  });
});

describe('storing a large file in S3', () => {
  const MULTIPART = ['CreateMultipartUpload', 'UploadPart', 'UploadPart', 'CompleteMultipartUpload'];

  it('ends with a copy to its place, and no draft', async () => {
    await writeLarge();

    expect(requests).toEqual([...MULTIPART, 'CopyObject', 'DeleteObject']);
  });

  it('is done when the file is there already', async () => {
    answers = (request) => (request === 'CopyObject' ? s3Error('PreconditionFailed', 412) : undefined);

    await writeLarge();

    expect(requests).toEqual([...MULTIPART, 'CopyObject', 'DeleteObject']);
  });

  it('fails when S3 says that it stored other bytes, and leaves no draft', async () => {
    const other = Buffer.from(sha256Hex(utf8Bytes('other')), 'hex').toString('base64');
    answers = (request) =>
      request === 'CopyObject' ? { CopyObjectResult: { ChecksumSHA256: other } } : undefined;

    await expect(writeLarge()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(requests.at(-1)).toBe('DeleteObject');
  });

  it('throws away what was sent when it fails at the end', async () => {
    answers = (request, times) =>
      request === 'UploadPart' && times === 2 ? s3Error('SlowDown', 503) : undefined;

    await expect(writeLarge()).rejects.toMatchObject({ code: 'THROTTLED', retryable: true });
    expect(requests.at(-1)).toBe('AbortMultipartUpload');
  });

  it('fails for its own reason, also when what was sent cannot be thrown away', async () => {
    answers = (request) => {
      if (request === 'CompleteMultipartUpload') return s3Error('InternalError', 500);
      return request === 'AbortMultipartUpload' ? s3Error('NoSuchUpload', 404) : undefined;
    };

    await expect(writeLarge()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(requests.at(-1)).toBe('AbortMultipartUpload');
  });

  it('counts as stored when only its draft could not be deleted', async () => {
    answers = (request) => (request === 'DeleteObject' ? s3Error('InternalError', 500) : undefined);

    expect(await writeLarge()).toBe(sha256Hex(utf8Bytes(`${'x'.repeat(500_000)}\n`.repeat(20))));
  });
});
