// The ports of use cases on AWS: tables, blobs, people, signatures.
import { KMSClient } from '@aws-sdk/client-kms';
import * as z from 'zod';
import { createReviewStore } from '../adapters/dynamodb/review-store.ts';
import { createKmsSigner } from '../adapters/kms/kms-signer.ts';
import { directoryFrom } from '../adapters/people/directory-schema.ts';
import { presentPeople } from '../adapters/people/present-people.ts';
import { saltedPseudonyms } from '../adapters/random/pseudonyms.ts';
import { cryptoRandomness } from '../adapters/random/randomness.ts';
import { createS3Blobs } from '../adapters/s3/s3-blobs.ts';
import { type Attestor, createAttestor } from '../application/attest.ts';
import type { Environment } from '../application/environment.ts';
import { confirmedPeople } from '../application/governance/confirmed-people.ts';
import type { Blobs } from '../application/ports/blobs.ts';
import type { Connectors } from '../application/ports/connectors.ts';
import type { Expressions } from '../application/ports/expressions.ts';
import type { People } from '../application/ports/people.ts';
import type { Signer } from '../application/ports/signer.ts';
import { FUNCTIONS } from '../functions.ts';
import { CALLS } from './aws.ts';
import { dynamoDb } from './dynamodb.ts';
import { once } from './once.ts';
import { refusing } from './refuse.ts';
import { s3 } from './s3.ts';
import { readSecretText } from './secrets.ts';
import type { Base } from './start.ts';
import { wanted } from './wanted.ts';

/** What an environment is opened with, besides what every function has. */
export interface EnvironmentParts {
  readonly connectors?: Connectors | undefined;
  /** The directory completed with what Slack knows; the organisation document alone when absent. */
  readonly people?: People | undefined;
  readonly expressions?: Expressions | undefined;
}

/** The environment, and the directory before roles that nobody confirmed are held back. */
export interface OpenedEnvironment {
  readonly environment: Environment;
  readonly people: People;
}

/** Opens the ports the function uses; the others refuse. */
export async function openEnvironment(base: Base, parts: EnvironmentParts = {}): Promise<OpenedEnvironment> {
  const { settings, clock, name } = base;
  const store = createReviewStore({ client: dynamoDb(), table: settings.reviewsTable, clock });
  const people = presentPeople(parts.people ?? organisationPeople(base), clock);
  const { blobs, attests, pseudonyms } = FUNCTIONS[name];
  const environment: Environment = {
    store,
    blobs: blobs === 'none' ? refusing(name, 'blobs') : openBlobs(base),
    people: confirmedPeople(people, store),
    attestor: pseudonyms ? await openAttestor(base, attests) : refusing(name, 'attestor'),
    clock,
    wallClock: clock,
    randomness: cryptoRandomness(),
    connectors: parts.connectors ?? refusing(name, 'connectors'),
    expressions: parts.expressions ?? refusing(name, 'expressions'),
    ...(isOnThisMachine(process.env['AWS_ENDPOINT_URL']) ? { armsFreely: true as const } : {}),
  };
  return { environment, people };
}

/** Whether AWS is an emulator on this machine: then nothing real is at stake. */
function isOnThisMachine(endpoint: string | undefined): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(endpoint).hostname);
}

/** The directory as the organisation document says. */
export function organisationPeople(base: Pick<Base, 'organisation'>): People {
  const directory = once(async () => {
    return directoryFrom((await base.organisation()).directory);
  });
  return { directory };
}

/** Snapshots, manifests and inventories. */
export function openBlobs(base: Base): Blobs {
  return createS3Blobs({ client: s3(), bucket: wanted(base, 'dataBucket') });
}

/** The key that signs attestations. */
export function openSigner(base: Base): Promise<Signer> {
  return createKmsSigner({ client: new KMSClient(CALLS), keyId: wanted(base, 'attestationKey') });
}

async function openAttestor(base: Base, signs: boolean): Promise<Attestor> {
  const [signer, salt] = await Promise.all([
    signs ? openSigner(base) : refusing(base.name, 'signer'),
    readSecretText(wanted(base, 'pseudonymSecret'), z.string().min(32)),
  ]);
  return createAttestor({
    signer,
    pseudonyms: saltedPseudonyms(new TextEncoder().encode(salt)),
    build: base.settings.build,
    wallClock: base.clock,
  });
}
