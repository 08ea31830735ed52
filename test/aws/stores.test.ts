// What the stores promise, kept on two servers that other people wrote: the stores are made for DynamoDB, not for our own
// stand-in of it.
import { afterAll, beforeAll, describe } from 'vitest';
import { historyIndexContract } from '../contracts/ledger-history-contract.ts';
import { AT, ledgerStoreContract } from '../contracts/ledger-store-contract.ts';
import { witnessStoreContract } from '../contracts/ledger-witness-contract.ts';
import { describeReviewStore } from '../contracts/review-store-contract.ts';
import { sameAsMemoryContract } from '../contracts/same-as-memory-contract.ts';
import {
  openLedgerStores,
  openReviewStore,
  TABLE_ENGINES,
  type TableEngine,
} from '../support/aws/table-engines.ts';

describe.each(Object.entries(TABLE_ENGINES))('on %s', (_, start) => {
  let engine: TableEngine;
  beforeAll(async () => {
    engine = await start();
  });
  afterAll(() => engine.stop());
  const stores = () => openLedgerStores(engine, { now: () => AT });

  describeReviewStore('the', () => openReviewStore(engine));

  describe('the review store', () => {
    sameAsMemoryContract((shards) => openReviewStore(engine, shards));
  });
  describe('the ledger', () => {
    ledgerStoreContract(async () => (await stores()).ledger);
  });
  describe('a witness', () => {
    witnessStoreContract(async () => (await stores()).witness);
  });
  describe('the history index', () => {
    historyIndexContract(async () => (await stores()).history);
  });
});
