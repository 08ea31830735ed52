// Opening a campaign on the embedded store, against that store's own bare BatchWriteItem rate in the same run.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createCelExpressions } from '../lib/adapters/cel/expressions.ts';
import { generateKey } from '../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../lib/adapters/crypto/signers.ts';
import { createReviewStore } from '../lib/adapters/dynamodb/review-store.ts';
import { ensureTables } from '../lib/adapters/dynamodb/tables.ts';
import { createFolderBlobs } from '../lib/adapters/files/folder-blobs.ts';
import { saltedPseudonyms } from '../lib/adapters/random/pseudonyms.ts';
import { cryptoRandomness } from '../lib/adapters/random/randomness.ts';
import { createAttestor } from '../lib/application/attest.ts';
import type { Environment } from '../lib/application/environment.ts';
import { openCampaign } from '../lib/application/open-campaign.ts';
import { fileBytes, fileText } from '../lib/application/plain-json.ts';
import { create } from '../lib/application/ports/review-store.ts';
import { installedConnectors } from '../lib/connectors/installed.ts';
import { Definition } from '../lib/domain/campaign/definition.ts';
import { directoryOf } from '../lib/domain/review/directory.ts';
import { Person } from '../lib/domain/review/person.ts';
import { instantOf } from '../lib/domain/time.ts';
import { startDynamoDb } from '../lib/local/dynamodb/start-dynamodb.ts';
import { sampleIdentity } from '../test/support/sample-identity.ts';
import type { BenchResult } from './run.ts';

const REVIEWERS = 500;
const START = instantOf(Date.UTC(2026, 8, 7, 8));
const clock = { now: () => START };

/** Opens a campaign of `size` identities; unit is rows written a second. */
export async function run({ size = 100_000 }: { readonly size?: number }): Promise<BenchResult> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-open-'));
  const tables = await startDynamoDb({ dataDir: join(dir, 'tables'), clock });
  const client = new DynamoDBClient({
    endpoint: tables.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    requestHandler: tables.requestHandler,
  });
  try {
    await ensureTables({ client, reviews: 'reviews', ledger: 'ledger' });
    await ensureTables({ client, reviews: 'bare', ledger: 'bare-ledger' });
    const environment = await prepare(client, dir, size);
    // Both sides in two halves, alternating, so that a busy moment of the machine hits both.
    const bare = [await bareRate(client, size, 0)];
    const ours = await openingRate(environment, size);
    bare.push(await bareRate(client, size, 1));
    const peer = bare.reduce((sum, rate) => sum + rate, 0) / bare.length;
    return { name: 'open-campaign', ours, peer, ratio: ours / peer, goal: 0.5, unit: 'rows/s' };
  } finally {
    client.destroy();
    await tables.close();
    await rm(dir, { recursive: true, force: true });
  }
}

async function prepare(client: DynamoDBClient, dir: string, size: number): Promise<Environment> {
  const people = Array.from({ length: REVIEWERS }, (_, n) =>
    Person.parse({
      personId: `p${n}`,
      name: `Person ${n}`,
      email: `p${n}@bench.example`,
      timeZone: 'UTC',
      active: true,
    }),
  );
  const environment: Environment = {
    store: createReviewStore({ client, table: 'reviews', clock }),
    blobs: createFolderBlobs(join(dir, 'blobs')),
    people: { directory: async () => directoryOf(people, []) },
    attestor: createAttestor({
      signer: p256Signer(generateKey('p256')),
      pseudonyms: saltedPseudonyms(new Uint8Array(32)),
      build: 'bench',
    }),
    clock,
    wallClock: clock,
    randomness: cryptoRandomness(),
    connectors: installedConnectors([]),
    expressions: createCelExpressions({ clock }),
  };
  const definition = Definition.parse({
    apiVersion: 'countersign.dev/v1',
    definitionId: 'bench',
    version: 1,
    title: 'Bench',
    reviewers: { fallback: 'p0', manager: 'p0', approvers: 'p1', riskAcceptors: 'p1' },
  });
  const writer = await environment.blobs.writer();
  for (let n = 0; n < size; n += 1) {
    const identity = sampleIdentity({
      name: `svc-${n}`,
      ownerHints: [
        { role: 'technical', value: `p${n % REVIEWERS}@bench.example`, source: 'tag', detail: 'tag owner' },
      ],
    });
    await writer.line(fileText(identity));
  }
  const inventory = await writer.close();
  await environment.store.commit([
    create('definition', {
      schemaVersion: 1,
      version: 1,
      definitionId: 'bench',
      definitionVersion: 1,
      digest: await environment.blobs.put(fileBytes(definition)),
      appliedAt: START,
      appliedBy: 'p0',
    }),
    create('inventory', {
      schemaVersion: 1,
      version: 1,
      connector: 'aws-iam',
      scope: '123456789012',
      inventory,
      report: inventory,
      completeness: 'complete',
      collectedAt: START,
      identities: size,
    }),
  ]);
  return environment;
}

/** Two rows an item (the item and the pointer its reviewer finds it by); dockets come on top and are not counted. */
async function openingRate(environment: Environment, size: number): Promise<number> {
  const began = performance.now();
  const campaign = await openCampaign(environment)({ definitionId: 'bench', launchedBy: 'p0' });
  const seconds = (performance.now() - began) / 1000;
  if (campaign.counts?.included !== size)
    throw new Error(`opened with ${campaign.counts?.included} of ${size} identities`);
  return (2 * size) / seconds;
}

/** Half of the same number of rows, of the same weight, by BatchWriteItem alone. */
async function bareRate(client: DynamoDBClient, size: number, half: number): Promise<number> {
  const body = 'x'.repeat(700);
  let next = 0;
  const worker = async () => {
    while (next < size) {
      const from = next;
      next += 25;
      const rows = Array.from({ length: Math.min(25, size - from) }, (_, n) => ({
        PutRequest: {
          Item: {
            pk: { S: `ROW#${half}#${from + n}` },
            sk: { S: 'BARE' },
            r: { S: (from + n) % 2 === 0 ? body : '' },
          },
        },
      }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { bare: rows } }));
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: 16 }, worker));
  return size / ((performance.now() - began) / 1000);
}
