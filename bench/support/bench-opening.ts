// An organisation with one inventory of any size on an embedded store, ready for a campaign to be opened.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createCelExpressions } from '../../lib/adapters/cel/expressions.ts';
import { generateKey } from '../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../lib/adapters/crypto/signers.ts';
import { createReviewStore } from '../../lib/adapters/dynamodb/review-store.ts';
import { ensureTables } from '../../lib/adapters/dynamodb/tables.ts';
import { createFolderBlobs } from '../../lib/adapters/files/folder-blobs.ts';
import { saltedPseudonyms } from '../../lib/adapters/random/pseudonyms.ts';
import { cryptoRandomness } from '../../lib/adapters/random/randomness.ts';
import { createAttestor } from '../../lib/application/attest.ts';
import type { Environment } from '../../lib/application/environment.ts';
import { fileBytes, fileText } from '../../lib/application/plain-json.ts';
import { create } from '../../lib/application/ports/review-store.ts';
import { installedConnectors } from '../../lib/connectors/installed.ts';
import { Definition } from '../../lib/domain/campaign/definition.ts';
import { directoryOf } from '../../lib/domain/review/directory.ts';
import { Person } from '../../lib/domain/review/person.ts';
import { instantOf } from '../../lib/domain/time.ts';
import { startDynamoDb } from '../../lib/local/dynamodb/start-dynamodb.ts';
import { sampleIdentity } from '../../test/support/sample-identity.ts';

const REVIEWERS = 500;
const START = instantOf(Date.UTC(2026, 8, 7, 8));
const clock = { now: () => START };

/** Id of the one definition. */
export const DEFINITION_ID = 'bench';

/** Tables, files and everything else an opening needs. */
export interface BenchOpening {
  readonly client: DynamoDBClient;
  readonly environment: Environment;
  close(): Promise<void>;
}

/** Starts tables in a new folder and fills an inventory with `size` identities of 500 owners. */
export async function startBenchOpening(size: number): Promise<BenchOpening> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-open-'));
  const tables = await startDynamoDb({ dataDir: join(dir, 'tables'), clock });
  const client = new DynamoDBClient({
    endpoint: tables.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    requestHandler: tables.requestHandler,
  });
  await ensureTables({ client, reviews: 'reviews', ledger: 'ledger' });
  const environment = await prepare(client, dir, size);
  return {
    client,
    environment,
    async close() {
      client.destroy();
      await tables.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
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
    definitionId: DEFINITION_ID,
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
      definitionId: DEFINITION_ID,
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
