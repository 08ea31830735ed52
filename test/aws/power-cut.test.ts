// The database is cut off in the middle of its work, over and over, and comes back with what it had written down.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { generateKey } from '../../lib/adapters/crypto/key-file.ts';
import { p256Signer } from '../../lib/adapters/crypto/signers.ts';
import { createReviewStore } from '../../lib/adapters/dynamodb/review-store.ts';
import { ensureTables } from '../../lib/adapters/dynamodb/tables.ts';
import { createMemoryReviewStore } from '../../lib/adapters/memory/review-store.ts';
import { openCampaign } from '../../lib/application/open-campaign.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { HOUR_MS } from '../../lib/domain/time.ts';
import { rootConfig } from '../support/aws/emulated-services.ts';
import { freePort } from '../support/aws/free-port.ts';
import {
  type DynamoDbLocal,
  installDynamoDbLocal,
  startDynamoDbLocal,
} from '../support/aws/start-dynamodb-local.ts';
import { openedEssence, openingWorld, QUARTERLY, SMALL } from '../support/openings.ts';

const SIGNER = p256Signer(generateKey('p256'));
const SHARDS = { dueShards: 1, inboxShards: 1 };
/** Before which call of each opening the power goes. */
const CUTS = [3, 8, 14];

let dataDir = '';
let server: DynamoDbLocal | undefined;
afterEach(async () => {
  await server?.stop('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

describe('a campaign whose database is killed again and again while it opens', () => {
  it('ends as one that nobody disturbed: nothing is lost, nothing there twice', async () => {
    const reference = await openingWorld({ signer: SIGNER, store: () => createMemoryReviewStore(SHARDS) });
    await openCampaign(reference.environment, { sizes: SMALL })(QUARTERLY);

    await installDynamoDbLocal();
    dataDir = await mkdtemp(join(tmpdir(), 'countersign-rows-'));
    const place = { dataDir, port: await freePort() };
    server = await startDynamoDbLocal(place);
    const client = new DynamoDBClient({ ...rootConfig(server), maxAttempts: 1 });
    await ensureTables({ client, reviews: 'reviews', ledger: 'ledger' });
    const w = await openingWorld({
      signer: SIGNER,
      store: (clock) =>
        createReviewStore({ client, table: 'reviews', clock, ...SHARDS, sleep: async () => undefined }),
    });
    const open = () => openCampaign(w.environment, { sizes: SMALL })(QUARTERLY);

    let callsLeft = Number.POSITIVE_INFINITY;
    client.middlewareStack.add(
      (next) => async (args) => {
        callsLeft -= 1;
        if (callsLeft === 0) await server?.stop('SIGKILL');
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'high' },
    );

    for (const cut of CUTS) {
      callsLeft = cut;
      await expect(open()).rejects.toBeInstanceOf(UpstreamError);
      callsLeft = Number.POSITIVE_INFINITY;
      server = await startDynamoDbLocal(place);
      // Whoever held a lease is gone; it runs out.
      w.advanceWallClock(HOUR_MS);
    }
    await open();
    await open();

    expect(await openedEssence(w)).toEqual(await openedEssence(reference));
    client.destroy();
  });
});
