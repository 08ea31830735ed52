// Write-once files in a bucket with Object Lock and a default retention in compliance mode: nobody, the account's root
// included, can remove or replace a version before its time. The bucket locks; this only never writes twice.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { LockedFiles } from '../../application/ports/locked-files.ts';
import { sha256Hex } from '../../domain/attestation/bytes/sha256.ts';
import { sameBytes } from '../../domain/attestation/bytes/text-bytes.ts';
import { explainAwsFailure } from '../aws/call-aws.ts';
import { checkLockedName, forkedFile } from '../files/locked-names.ts';
import { type Bucket, getObject, putOnce } from './objects.ts';

/**
 * Opens the locked files of a bucket, under their names. Its methods also throw UpstreamError when S3 fails. The role needs
 * `s3:ListBucket` on the bucket: without it S3 answers "denied" for what is not there.
 */
export function createS3LockedFiles(place: Bucket): LockedFiles {
  const get = async (name: string): Promise<Uint8Array | undefined> => {
    checkLockedName(name);
    return getObject(place, name);
  };
  return {
    get,
    put: async (name, bytes) => {
      checkLockedName(name);
      if (await putOnce(place, name, bytes, sha256Hex(bytes))) return;
      const existing = await get(name);
      if (existing !== undefined && sameBytes(existing, bytes)) return;
      throw forkedFile(name, existing, bytes);
    },
    list: (prefix) => listNames(place, prefix),
  };
}

/** S3 lists keys in the order of their bytes, which for the characters of names is the order of text. */
async function* listNames({ client, bucket }: Bucket, prefix: string): AsyncIterable<string> {
  try {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
    }
  } catch (error) {
    throw explainAwsFailure('s3', `list ${prefix}`, error);
  }
}
