// Servers that speak DynamoDB and are not ours.
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createHistoryIndex } from '../../../lib/adapters/dynamodb/ledger-history-index.ts';
import { createLedgerStore } from '../../../lib/adapters/dynamodb/ledger-store.ts';
import {
  createWitnessStore,
  witnessTableDefinition,
} from '../../../lib/adapters/dynamodb/ledger-witness-store.ts';
import { createReviewStore } from '../../../lib/adapters/dynamodb/review-store.ts';
import { ensureTables } from '../../../lib/adapters/dynamodb/tables.ts';
import type { Clock } from '../../../lib/application/ports/clock.ts';
import type { Instant } from '../../../lib/domain/time.ts';
import { T0 } from '../../contracts/sample-records.ts';
import type { StoreUnderTest } from '../../contracts/store-under-test.ts';
import { rootConfig, startServices } from './emulated-services.ts';
import { installDynamoDbLocal, startDynamoDbLocal } from './start-dynamodb-local.ts';

/** A server that speaks DynamoDB while it runs. */
export interface TableEngine {
  readonly client: DynamoDBClient;
  stop(): Promise<void>;
}

/** The engines, by what people call them. */
export const TABLE_ENGINES: Readonly<Record<string, () => Promise<TableEngine>>> = {
  MiniStack: async () => engineAt(await startServices('tables')),
  async 'DynamoDB Local'() {
    await installDynamoDbLocal();
    return engineAt(await startDynamoDbLocal());
  },
};

function engineAt(server: { readonly endpoint: string; stop(): Promise<void> }): TableEngine {
  const client = new DynamoDBClient(rootConfig(server));
  return {
    client,
    async stop() {
      client.destroy();
      await server.stop();
    },
  };
}

let opened = 0;

/** A review store on two new tables of an engine. */
export async function openReviewStore({ client }: TableEngine, shards = 16): Promise<StoreUnderTest> {
  opened += 1;
  let now: Instant = T0;
  const table = `reviews-${opened}`;
  await ensureTables({ client, reviews: table, ledger: `ledger-${opened}` });
  return {
    store: createReviewStore({
      client,
      table,
      clock: { now: () => now },
      dueShards: shards,
      inboxShards: shards,
    }),
    setNow: (at) => {
      now = at;
    },
    close: async () => undefined,
  };
}

/** All stores of the ledger, on three new tables of an engine. */
export async function openLedgerStores({ client }: TableEngine, clock: Clock) {
  opened += 1;
  const [reviews, ledger, witness] = [`reviews-${opened}`, `ledger-${opened}`, `witness-${opened}`] as const;
  await ensureTables({ client, reviews, ledger });
  await client.send(new CreateTableCommand(witnessTableDefinition(witness)));
  return {
    ledgerTable: ledger,
    store: createReviewStore({ client, table: reviews, clock }),
    ledger: createLedgerStore({ client, table: ledger }),
    witness: createWitnessStore({ client, table: witness }),
    history: createHistoryIndex({ client, table: reviews }),
  };
}
