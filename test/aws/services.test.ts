// What the product's adapters promise, kept on services they were not written against: buckets, keys, queues, secrets.
import { createPublicKey, verify } from 'node:crypto';
import { CreateKeyCommand, type KeySpec, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createKmsNoteSigner } from '../../lib/adapters/kms/kms-note-signer.ts';
import { createKmsSigner } from '../../lib/adapters/kms/kms-signer.ts';
import { createS3Blobs } from '../../lib/adapters/s3/s3-blobs.ts';
import { createS3LockedFiles } from '../../lib/adapters/s3/s3-locked-files.ts';
import { createSecretReader } from '../../lib/adapters/secrets/read-secret.ts';
import { createSqsClient, createSqsQueue } from '../../lib/adapters/sqs/sqs-queue.ts';
import { utf8Bytes } from '../../lib/domain/attestation/bytes/text-bytes.ts';
import { describeBlobs } from '../contracts/blobs-contract.ts';
import { lockedFilesContract } from '../contracts/locked-files-contract.ts';
import { type ClientConfig, rootConfig, startServices } from '../support/aws/emulated-services.ts';
import type { Ministack } from '../support/aws/start-ministack.ts';

let emulator: Ministack;
let config: ClientConfig;
let s3: S3Client;
beforeAll(async () => {
  emulator = await startServices('services');
  config = rootConfig(emulator);
  s3 = new S3Client({ ...config, forcePathStyle: true });
});
afterAll(() => emulator.stop());

let buckets = 0;
async function bucket(): Promise<string> {
  buckets += 1;
  const name = `countersign-bucket-${buckets}`;
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  return name;
}

async function lockedBucket(): Promise<string> {
  buckets += 1;
  const name = `countersign-locked-${buckets}`;
  await s3.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: true }));
  await s3.send(
    new PutObjectLockConfigurationCommand({
      Bucket: name,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } },
      },
    }),
  );
  return name;
}

describeBlobs('S3', async () => ({
  blobs: createS3Blobs({ client: s3, bucket: await bucket() }),
  close: async () => undefined,
}));

lockedFilesContract('S3', async () => createS3LockedFiles({ client: s3, bucket: await lockedBucket() }));

describe('a locked file in S3', () => {
  it('cannot be deleted, shortened or replaced by anybody; what hides it hides nothing', async () => {
    const Bucket = await lockedBucket();
    const files = createS3LockedFiles({ client: s3, bucket: Bucket });
    await files.put('checkpoints/1', utf8Bytes('the first head'));
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const [{ Key, VersionId } = {}] = Versions;
    const version = { Bucket, Key, VersionId };

    const removal = s3.send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }));
    await expect(removal).rejects.toMatchObject({ name: 'AccessDenied' });
    const { Retention } = await s3.send(new GetObjectRetentionCommand(version));
    const shorter = new PutObjectRetentionCommand({
      ...version,
      Retention: { Mode: 'COMPLIANCE', RetainUntilDate: new Date(Date.now() + 60_000) },
    });
    await expect(s3.send(shorter)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(Retention?.Mode).toBe('COMPLIANCE');

    // Another version and a delete marker may be put on top; the first version stays what it is.
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'another head' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    const kept = await s3.send(new GetObjectCommand(version));
    expect(await kept.Body?.transformToString()).toBe('the first head');
  });
});

describe('a key in KMS', () => {
  const kms = () => new KMSClient(config);
  const key = async (KeySpec: KeySpec): Promise<string> => {
    const { KeyMetadata } = await kms().send(new CreateKeyCommand({ KeySpec, KeyUsage: 'SIGN_VERIFY' }));
    return KeyMetadata?.Arn ?? '';
  };

  it('signs attestations of any length that Node verifies with nothing but the public key', async () => {
    const signer = await createKmsSigner({ client: kms(), keyId: await key('ECC_NIST_P256') });
    const publicKey = createPublicKey({
      key: Buffer.from(signer.publicKeySpki),
      format: 'der',
      type: 'spki',
    });

    for (const length of [0, 1, 4096, 4097, 200_000]) {
      const message = Buffer.alloc(length, 'countersign ');
      const signature = await signer.sign(message);
      expect(verify('sha256', message, publicKey, signature)).toBe(true);
      expect(verify('sha256', Buffer.concat([message, Buffer.from('!')]), publicKey, signature)).toBe(false);
    }
  });

  it('signs heads of the log that Node verifies with nothing but the public key', async () => {
    const keyId = await key('ECC_NIST_EDWARDS25519');
    const signer = await createKmsNoteSigner({ client: kms(), keyId, name: 'log.example/one' });
    const x = Buffer.from(signer.publicKey32).toString('base64url');
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    const note = utf8Bytes('log.example/one\n7\nAAAA\n');

    const signature = await signer.sign(note);

    expect(verify(null, note, publicKey, signature)).toBe(true);
    expect(verify(null, utf8Bytes('log.example/one\n8\nAAAA\n'), publicKey, signature)).toBe(false);
  });

  it('of the wrong kind is refused before anything is signed', async () => {
    const p256 = await key('ECC_NIST_P256');
    const edwards = await key('ECC_NIST_EDWARDS25519');

    await expect(createKmsSigner({ client: kms(), keyId: edwards })).rejects.toThrow(/must be ECC_NIST_P256/);
    await expect(
      createKmsNoteSigner({ client: kms(), keyId: p256, name: 'log.example/one' }),
    ).rejects.toThrow(/must be ECC_NIST_EDWARDS25519/);
  });
});

describe('a queue in SQS', () => {
  it('brings every message, with its id, however many are sent at once', async () => {
    const client = createSqsClient(config);
    const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: 'dockets' }));
    const bodies = Array.from({ length: 47 }, (_, n) => ({ docket: n, text: 'ü'.repeat(n * 100) }));

    await createSqsQueue({ client, url: QueueUrl }).send(
      bodies.map((body) => ({ id: `docket ${body.docket}`, body })),
    );

    const seen = new Map<string, unknown>();
    for (let calls = 0; seen.size < bodies.length && calls < 40; calls += 1) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
      );
      for (const { Body = '', MessageAttributes } of Messages) {
        seen.set(MessageAttributes?.['WorkId']?.StringValue ?? '', JSON.parse(Body));
      }
    }
    expect([...seen.keys()].toSorted()).toEqual(bodies.map(({ docket }) => `docket ${docket}`).toSorted());
    expect([...seen.values()]).toEqual(expect.arrayContaining(bodies));
  });
});

describe('a secret in Secrets Manager', () => {
  it('is read by its ARN and by its name, and a new value is seen once the old one has served', async () => {
    const client = new SecretsManagerClient(config);
    const { ARN = '' } = await client.send(
      new CreateSecretCommand({ Name: 'countersign/salt', SecretString: 'first value' }),
    );
    let now = 0;
    const reader = createSecretReader({ client, wallClock: () => now });
    const byName = await reader.text('countersign/salt', z.string());
    const byArn = await reader.text(ARN, z.string());

    await client.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: 'second value' }));
    const meanwhile = await reader.text(ARN, z.string());
    now = 3_600_000;

    expect([byName, byArn, meanwhile]).toEqual(['first value', 'first value', 'first value']);
    expect(await reader.text(ARN, z.string())).toBe('second value');
  });

  it('that does not exist is named', async () => {
    const reader = createSecretReader({ client: new SecretsManagerClient(config), wallClock: Date.now });

    await expect(reader.text('countersign/nothing', z.string())).rejects.toThrow(
      /countersign\/nothing does not exist/,
    );
  });
});
