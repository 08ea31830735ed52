// Opening a campaign on the embedded store, against that store's own bare BatchWriteItem rate in the same run.
import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ensureTables } from '../lib/adapters/dynamodb/tables.ts';
import type { Environment } from '../lib/application/environment.ts';
import { openCampaign } from '../lib/application/open-campaign.ts';
import type { BenchResult } from './run.ts';
import { DEFINITION_ID, startBenchOpening } from './support/bench-opening.ts';

/** Opens a campaign of `size` identities; unit is rows written a second. */
export async function run({ size = 100_000 }: { readonly size?: number }): Promise<BenchResult> {
  const { client, environment, close } = await startBenchOpening(size);
  try {
    await ensureTables({ client, reviews: 'bare', ledger: 'bare-ledger' });
    // Both sides in two halves, alternating, so that a busy moment of the machine hits both.
    const bare = [await bareRate(client, size, 0)];
    const ours = await openingRate(environment, size);
    bare.push(await bareRate(client, size, 1));
    const peer = bare.reduce((sum, rate) => sum + rate, 0) / bare.length;
    return { name: 'open-campaign', ours, peer, ratio: ours / peer, goal: 0.5, unit: 'rows/s' };
  } finally {
    await close();
  }
}

/** Two rows an item (the item and the pointer its reviewer finds it by); dockets come on top and are not counted. */
async function openingRate(environment: Environment, size: number): Promise<number> {
  const began = performance.now();
  const campaign = await openCampaign(environment)({ definitionId: DEFINITION_ID, launchedBy: 'p0' });
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
