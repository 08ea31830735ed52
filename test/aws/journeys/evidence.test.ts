// What is left for an auditor: signatures that need nobody's word, files nobody can take back, rows nobody may change.
import { createPublicKey, verify } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { rawEd25519FromSpki } from '../../../lib/adapters/crypto/public-keys.ts';
import { verifyEd25519, verifyP256 } from '../../../lib/adapters/crypto/verify-signatures.ts';
import { readDirectoryPack } from '../../../lib/adapters/packs/directory-pack.ts';
import { openPack } from '../../../lib/adapters/packs/open-pack.ts';
import {
  formatVerifierKey,
  SIGNATURE_TYPE,
  verifierKey,
} from '../../../lib/domain/attestation/log/verifier-key.ts';
import { FUNCTION_NAMES } from '../../../lib/functions.ts';
import { PackStatus } from '../../../lib/runtime/control/installation-protocol.ts';
import { verifyPack } from '../../../lib/verification/verify-pack.ts';
import { deployedName } from '../../support/aws/deployed-settings.ts';
import { type InstallationUnderTest, openInstallation, waitFor } from '../../support/aws/installation.ts';
import { CACHE } from '../../support/aws/places.ts';
import { ACCOUNT, REGION } from '../../support/aws/start-ministack.ts';

const ORIGIN = 'emulator.countersign.example/ledger';
const FOLDER = join(CACHE, 'aws-evidence');

let on: InstallationUnderTest;
beforeAll(async () => {
  on = await openInstallation();
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(join(FOLDER, 'keys'), { recursive: true });
  // Something to be in the log, whichever journeys ran before.
  await on.collect();
  await on.invoke('seal-ledger');
});
afterAll(() => on.close());

/** The public half of a key, as KMS hands it to anybody in the account. */
async function publicKey(name: string): Promise<Buffer> {
  const { PublicKey } = await new KMSClient(on.config).send(
    new GetPublicKeyCommand({ KeyId: on.named(name) }),
  );
  return Buffer.from(PublicKey ?? []);
}

describe('a signed fact', () => {
  it('verifies with Node’s own crypto and the public key from KMS', async () => {
    const leaf = await on.ledger.get('leaf', { index: 0 });
    const Dsse = z.object({
      payload: z.string(),
      payloadType: z.string(),
      signatures: z.array(z.object({ sig: z.string() })).length(1),
    });
    const { payload, payloadType, signatures } = Dsse.parse(JSON.parse(leaf?.envelope ?? '{}'));
    const body = Buffer.from(payload, 'base64');
    // DSSE v1: what is signed is the type and the body with their lengths.
    const signed = Buffer.concat([
      Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `),
      body,
    ]);
    const key = createPublicKey({
      key: await publicKey('COUNTERSIGN_ATTESTATION_KEY'),
      format: 'der',
      type: 'spki',
    });
    const signature = Buffer.from(signatures[0]?.sig ?? '', 'base64');

    expect(verify('sha256', signed, key, signature)).toBe(true);
    signed[signed.length - 2] = 0;
    expect(verify('sha256', signed, key, signature)).toBe(false);
  });

  it('stands under a head of the log that verifies the same way', async () => {
    const { size } = z.object({ size: z.int() }).parse(await on.invoke('seal-ledger'));
    const head = await on.ledger.get('checkpoint', { size });
    const [text = '', line = ''] = (head?.note ?? '').split('\n\n');
    const signature = Buffer.from(line.split(' ')[2] ?? '', 'base64').subarray(4);
    const key = createPublicKey({ key: await publicKey('COUNTERSIGN_LOG_KEY'), format: 'der', type: 'spki' });

    expect(text.split('\n').slice(0, 2)).toEqual([ORIGIN, String(size)]);
    expect(verify(null, Buffer.from(`${text}\n`), key, signature)).toBe(true);
    expect(verify(null, Buffer.from(`${text}0\n`), key, signature)).toBe(false);
  });
});

describe('an evidence pack', () => {
  it('is asked for by an auditor, made by a function, fetched by address, and verifies offline with keys of one’s own', async () => {
    const { packId } = await on.as(
      'rae',
      { do: 'start-export', scope: { by: 'log' } },
      z.object({ packId: z.string() }),
    );
    const Answer = z.object({ status: PackStatus, url: z.string().nullable() });
    let url: string | null = null;
    await waitFor('the pack is made', async () => {
      const answer = await on.as('rae', { do: 'pack', packId }, Answer);
      if (answer.status.state === 'failed') throw new Error(answer.status.message);
      url = answer.url;
      return url !== null;
    });
    const response = await fetch(url ?? 'no address');
    expect(response.status).toBe(200);
    const zip = join(FOLDER, 'pack.zip');
    await writeFile(zip, Buffer.from(await response.arrayBuffer()));
    await keepKeys();

    const source = await openPack(zip);
    const report = await verifyPack(source, {
      signatures: {
        checkP256: async (spki, message, signature) => verifyP256(spki, message, signature),
        checkEd25519: verifyEd25519,
      },
      trust: await readDirectoryPack(join(FOLDER, 'keys')),
      against: [],
      asOf: undefined,
    });
    await source.close();

    expect(report.checks.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    expect(report).toMatchObject({ verdict: 'passed', trusted: true });
  });

  async function keepKeys(): Promise<void> {
    const spki = await publicKey('COUNTERSIGN_ATTESTATION_KEY');
    const pem = createPublicKey({ key: spki, format: 'der', type: 'spki' }).export({
      format: 'pem',
      type: 'spki',
    });
    await writeFile(join(FOLDER, 'keys', 'attestation.pem'), pem);
    const raw = rawEd25519FromSpki(await publicKey('COUNTERSIGN_LOG_KEY'));
    const key = verifierKey(ORIGIN, SIGNATURE_TYPE.ed25519, raw ?? new Uint8Array());
    await writeFile(join(FOLDER, 'keys', 'log.vkey'), `${formatVerifierKey(key)}\n`);
  }
});

describe('a locked copy of the log', () => {
  it('cannot be deleted by anybody, and what is put over it leaves it as it was', async () => {
    const s3 = new S3Client({ ...on.config, forcePathStyle: true });
    const Bucket = on.named('COUNTERSIGN_LOCKED_BUCKET');
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const [first] = Versions;
    const version = { Bucket, Key: first?.Key, VersionId: first?.VersionId };
    const before = await (await s3.send(new GetObjectCommand(version))).Body?.transformToString();

    const removal = s3.send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true }));
    await expect(removal).rejects.toMatchObject({ name: 'AccessDenied' });
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: first?.Key, Body: 'forged' }));

    expect(VersionId).not.toBe(first?.VersionId);
    expect(await (await s3.send(new GetObjectCommand(version))).Body?.transformToString()).toBe(before);
    s3.destroy();
  });
});

describe('the table of the ledger', () => {
  it('may be changed and emptied by no function of the product', async () => {
    const table = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${on.named('COUNTERSIGN_LEDGER_TABLE')}`;
    const actions = [
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'BatchWriteItem',
      'PartiQLUpdate',
      'PartiQLDelete',
    ];
    const iam = new IAMClient(on.config);
    const simulate = async (role: string, ActionNames: string[]): Promise<string[]> => {
      const { EvaluationResults = [] } = await iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
          ActionNames,
          ResourceArns: [table],
        }),
      );
      return EvaluationResults.flatMap(({ EvalDecision, EvalActionName = '' }) =>
        EvalDecision === 'allowed' ? [EvalActionName] : [],
      );
    };

    for (const name of FUNCTION_NAMES) {
      const allowed = await simulate(
        deployedName(name),
        actions.map((action) => `dynamodb:${action}`),
      );
      expect(allowed).toEqual([]);
    }
    // That the simulation would tell: what may be read is read.
    expect(await simulate(deployedName('seal-ledger'), ['dynamodb:GetItem'])).toEqual(['dynamodb:GetItem']);
    // The table's own policy, which binds everybody else too, is not evaluated here: it is asserted on the template.
  });
});
