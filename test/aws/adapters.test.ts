// Adapters on services they were not written against, beyond their contracts: what is large, what is called, what fails.
import { createHash, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateStateMachineCommand, DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import * as z from 'zod';
import { verifyEd25519 } from '../../lib/adapters/crypto/verify-signatures.ts';
import { createKmsCosigner, createKmsNoteSigner } from '../../lib/adapters/kms/kms-note-signer.ts';
import { createInvoker, type Invoker } from '../../lib/adapters/lambda/invoke.ts';
import { openS3BlobWriter } from '../../lib/adapters/s3/s3-blob-writer.ts';
import { createS3Blobs } from '../../lib/adapters/s3/s3-blobs.ts';
import { createS3LockedFiles } from '../../lib/adapters/s3/s3-locked-files.ts';
import { createSecretReader } from '../../lib/adapters/secrets/read-secret.ts';
import { createStartOpening } from '../../lib/adapters/sfn/start-opening.ts';
import { createSqsClient, createSqsQueue } from '../../lib/adapters/sqs/sqs-queue.ts';
import type { Blobs } from '../../lib/application/ports/blobs.ts';
import { Work } from '../../lib/application/work.ts';
import { utf8Bytes } from '../../lib/domain/attestation/bytes/text-bytes.ts';
import { EMPTY_ROOT } from '../../lib/domain/attestation/log/merkle-hash.ts';
import { cosignCheckpoint, signCheckpoint } from '../../lib/domain/attestation/log/sign-checkpoint.ts';
import { checkNote, parseNote } from '../../lib/domain/attestation/log/signed-note.ts';
import { SIGNATURE_TYPE, verifierKey } from '../../lib/domain/attestation/log/verifier-key.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { onQueue } from '../../lib/runtime/on-queue.ts';
import { type ClientConfig, rootConfig, startServices } from '../support/aws/emulated-services.ts';
import type { Ministack } from '../support/aws/start-ministack.ts';

let emulator: Ministack;
let config: ClientConfig;
beforeAll(async () => {
  emulator = await startServices('adapters');
  config = rootConfig(emulator);
});
afterAll(() => emulator.stop());

async function newBucket() {
  const client = new S3Client({ ...config, forcePathStyle: true });
  const bucket = `countersign-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return { client, bucket };
}

/** A role that a service may take, and that may do nothing. */
async function newRole(service: string): Promise<string> {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
  const { Role } = await new IAMClient(config).send(
    new CreateRoleCommand({ RoleName: `role-${randomUUID()}`, AssumeRolePolicyDocument }),
  );
  return Role?.Arn ?? '';
}

describe('blobs in a bucket', () => {
  let place: Awaited<ReturnType<typeof newBucket>>;
  let blobs: Blobs;
  beforeAll(async () => {
    place = await newBucket();
    blobs = createS3Blobs(place);
  });

  const keyOf = (digest: string): string => `blobs/${digest.slice(0, 2)}/${digest}`;
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const drafts = async (): Promise<unknown[]> => {
    const { Contents = [] } = await place.client.send(
      new ListObjectsV2Command({ Bucket: place.bucket, Prefix: 'drafts/' }),
    );
    return Contents;
  };
  const unfinished = async (): Promise<number> => {
    const { Uploads = [] } = await place.client.send(
      new ListMultipartUploadsCommand({ Bucket: place.bucket }),
    );
    return Uploads.length;
  };

  it('are refused when they were replaced, before their first line', async () => {
    const digest = await blobs.put(Buffer.from('line one\nline two\n'));

    for (const damage of ['', 'line one\n', 'line one\nline 2wo\n']) {
      await place.client.send(
        new PutObjectCommand({ Bucket: place.bucket, Key: keyOf(digest), Body: Buffer.from(damage) }),
      );
      const seen: string[] = [];

      await expect(blobs.get(digest)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      await expect(
        (async () => {
          for await (const line of blobs.lines(digest)) seen.push(line);
        })(),
      ).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      expect(seen).toEqual([]);
    }
  });

  it('may be larger than one part, and leave nothing beside them, also the second time', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `${n} ${'é'.repeat(500)}`);
    const text = `${lines.join('\n')}\n`;
    const write = async (): Promise<string> => {
      const writer = await blobs.writer();
      for (const line of lines) await writer.line(line);
      return writer.close();
    };

    const digest = await write();

    expect(digest).toBe(sha256(text));
    expect(await write()).toBe(digest);
    expect(Buffer.from(await blobs.get(digest)).equals(Buffer.from(text))).toBe(true);
    const seen: string[] = [];
    for await (const line of blobs.lines(digest)) seen.push(line);
    expect(seen).toEqual(lines);
    expect(await drafts()).toEqual([]);
    expect(await unfinished()).toBe(0);
  });

  it('leave nothing behind when a large one is given up, or turns out too large', async () => {
    const writer = await blobs.writer();
    for (let n = 0; n < 20; n += 1) await writer.line('y'.repeat(500_000));
    expect(await unfinished()).toBe(1);
    await writer.abort();
    expect(await unfinished()).toBe(0);

    const bounded = openS3BlobWriter({ ...place, keyOf }, 9_000_000);
    for (let n = 0; n < 20; n += 1) await bounded.line('z'.repeat(500_000));
    await expect(bounded.close()).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });

    expect(await unfinished()).toBe(0);
    expect(await blobs.has(sha256(`${'z'.repeat(500_000)}\n`.repeat(20)))).toBe(false);
  });

  it('say what S3 would not do, and whether to try again', async () => {
    const elsewhere = createS3Blobs({ client: place.client, bucket: 'no-such-bucket-here' });

    await expect(elsewhere.put(Buffer.from('x'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      provider: 's3',
      retryable: false,
    });
  });
});

it('more locked files are listed than one answer of S3 holds', async () => {
  const files = createS3LockedFiles(await newBucket());
  const names = Array.from({ length: 1100 }, (_, n) => `tile/${String(n).padStart(5, '0')}`);
  for (let from = 0; from < names.length; from += 50) {
    await Promise.all(names.slice(from, from + 50).map((name) => files.put(name, utf8Bytes(name))));
  }

  const listed: string[] = [];
  for await (const name of files.list('tile/')) listed.push(name);

  expect(listed).toEqual(names);
});

describe('checkpoints signed by KMS', () => {
  const newKey = async () => {
    const client = new KMSClient(config);
    const { KeyMetadata } = await client.send(
      new CreateKeyCommand({ KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' }),
    );
    return { client, keyId: KeyMetadata?.Arn ?? '' };
  };

  it('are signed notes of the log, cosigned by a witness', async () => {
    const log = await createKmsNoteSigner({ ...(await newKey()), name: 'log.example/reviews' });
    const witness = await createKmsCosigner({ ...(await newKey()), name: 'witness.example' });

    const signed = await signCheckpoint({ size: 0, root: EMPTY_ROOT }, log);
    const note = parseNote(utf8Bytes(await cosignCheckpoint(signed, witness, 1_770_000_000)));

    const keys = [
      verifierKey(log.name, SIGNATURE_TYPE.ed25519, log.publicKey32),
      verifierKey(witness.name, SIGNATURE_TYPE.cosignature, witness.publicKey32),
    ];
    const { verified, failed } = checkNote(note, keys, verifyEd25519);
    expect(failed).toEqual([]);
    expect(verified).toEqual([{ key: keys[0] }, { key: keys[1], atSeconds: 1_770_000_000 }]);
  });

  it('may have up to 4096 bytes', async () => {
    const log = await createKmsNoteSigner({ ...(await newKey()), name: 'log.example/reviews' });

    expect(await log.sign(new Uint8Array(4096))).toHaveLength(64);
    await expect(log.sign(new Uint8Array(4097))).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });
});

describe('a queue of SQS', () => {
  const newQueue = async () => {
    const client = createSqsClient(config);
    const { QueueUrl: url = '' } = await client.send(
      new CreateQueueCommand({ QueueName: `queue-${randomUUID()}` }),
    );
    return { client, url };
  };
  const receive = async (
    { client, url }: Awaited<ReturnType<typeof newQueue>>,
    count: number,
  ): Promise<Message[]> => {
    const found: Message[] = [];
    for (let tries = 0; found.length < count && tries < 20; tries += 1) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      found.push(...Messages);
    }
    return found;
  };

  it('delivers work as its worker parses it', async () => {
    const queue = await newQueue();
    const works = Array.from({ length: 12 }, (_, n) => ({
      work: 'chase-docket',
      key: { campaignId: `access-review-2026-q${n}`, reviewerId: `person-${n}` },
    }));

    await createSqsQueue(queue).send(works.map((body, n) => ({ id: `chase-docket/${n}`, body })));

    const handled: Work[] = [];
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const handler = onQueue(Work, silent, async (work) => String(handled.push(work)));
    const Records = (await receive(queue, 12)).map(({ MessageId, Body }) => ({
      messageId: MessageId,
      body: Body,
    }));
    expect(await handler({ Records })).toEqual({ batchItemFailures: [] });
    expect(new Set(handled.map((work) => JSON.stringify(work)))).toEqual(
      new Set(works.map((work) => JSON.stringify(work))),
    );
  });

  it('takes messages that are large together, and any text', async () => {
    const queue = await newQueue();
    const texts = ['x'.repeat(200_000), 'y'.repeat(200_000), 'grüße \u0001 \ud800 \uffff 😀'];

    await createSqsQueue(queue).send(texts.map((body, n) => ({ id: `answer/${n}`, body })));

    const bodies = (await receive(queue, 3)).map(({ Body = '' }) => JSON.parse(Body) as string);
    expect(bodies.toSorted()).toEqual(texts.toSorted());
  });

  it('that is not there is said, and not tried again', async () => {
    const { client } = await newQueue();
    const url = `${config.endpoint}/000000000000/no-such-queue`;

    await expect(createSqsQueue({ client, url }).send([{ id: 'a', body: 1 }])).rejects.toMatchObject({
      provider: 'sqs',
      retryable: false,
    });
  });
});

it('a secret without a value is named, with what to do', async () => {
  const client = new SecretsManagerClient(config);
  const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'countersign/empty' }));
  const reader = createSecretReader({ client, wallClock: Date.now });

  await expect(reader.text(ARN, z.string())).rejects.toMatchObject({
    code: 'BAD_SETTING',
    message: expect.stringContaining(ARN),
  });
});

describe('a function that calls another', () => {
  let invoker: Invoker;
  beforeAll(() => {
    invoker = createInvoker({ client: new LambdaClient(config) });
  });

  /** Makes a function from the body of its handler. */
  const newFunction = async (body: string): Promise<string> => {
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from(`export const handler = async (event) => { ${body} };\n`), 'index.mjs');
    zip.end();
    const { FunctionArn = '' } = await new LambdaClient(config).send(
      new CreateFunctionCommand({
        FunctionName: `function-${randomUUID()}`,
        Runtime: 'nodejs24.x',
        Role: await newRole('lambda.amazonaws.com'),
        Handler: 'index.handler',
        Code: { ZipFile: await buffer(zip.outputStream) },
      }),
    );
    return FunctionArn;
  };

  it('gets its result', async () => {
    const arn = await newFunction('return { size: event.size + 1 };');

    expect(await invoker.call(arn, { size: 4 }, z.object({ size: z.int() }))).toEqual({ size: 5 });
    await invoker.send(arn, { size: 4 });
  });

  it('gets its error', async () => {
    const arn = await newFunction('throw new TypeError("x is not a function");');

    // The emulator names every error Runtime.HandlerError; Lambda gives the error's own name.
    await expect(invoker.call(arn, {}, z.unknown())).rejects.toThrow(UpstreamError);
    await expect(invoker.call(arn, {}, z.unknown())).rejects.toThrow(/failed with .*: x is not a function/);
  });

  it('that is not there says so', async () => {
    await expect(invoker.call('no-such-function', {}, z.unknown())).rejects.toMatchObject({
      code: 'NOT_FOUND',
      provider: 'lambda',
    });
  });
});

describe('an opening', () => {
  let client: SFNClient;
  let stateMachineArn: string;
  beforeAll(async () => {
    client = new SFNClient(config);
    const created = await client.send(
      new CreateStateMachineCommand({
        name: `machine-${randomUUID()}`,
        roleArn: await newRole('states.amazonaws.com'),
        definition: JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } }),
      }),
    );
    stateMachineArn = created.stateMachineArn ?? '';
  });

  const opening = { definitionId: 'quarterly', launchedBy: 'schedule' };
  const inputOf = async (executionArn: string): Promise<unknown> => {
    const { input = '' } = await client.send(new DescribeExecutionCommand({ executionArn }));
    return JSON.parse(input) as unknown;
  };

  it('is started with what it needs to know, each time anew', async () => {
    const start = createStartOpening({ client, stateMachineArn });

    const first = await start(opening);
    const again = await start({ ...opening, campaignId: 'quarterly-2026-q1' });

    expect(again).not.toBe(first);
    expect(await inputOf(first)).toEqual(opening);
    expect(await inputOf(again)).toEqual({ ...opening, campaignId: 'quarterly-2026-q1' });
  });

  it('of one name is started once, whatever the name', async () => {
    const start = createStartOpening({ client, stateMachineArn });
    for (const name of ['quarterly-20260401', `quarterly 2026/04 ${'x'.repeat(100)}`]) {
      const first = await start(opening, name);
      const again = await start({ ...opening, launchedBy: 'somebody else' }, name);

      expect(again).toBe(first);
      expect(await inputOf(again)).toEqual(opening);
    }
  });

  it('of a machine that is not there is said', async () => {
    const start = createStartOpening({ client, stateMachineArn: `${stateMachineArn}-not` });

    await expect(start(opening)).rejects.toMatchObject({ code: 'NOT_FOUND', provider: 'states' });
  });
});
