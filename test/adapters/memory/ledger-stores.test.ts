import { describe } from 'vitest';
import { createMemoryHistoryIndex } from '../../../lib/adapters/memory/ledger-history-index.ts';
import { createMemoryLedgerStore } from '../../../lib/adapters/memory/ledger-store.ts';
import { createMemoryWitnessStore } from '../../../lib/adapters/memory/ledger-witness-store.ts';
import { historyIndexContract } from '../../contracts/ledger-history-contract.ts';
import { ledgerStoreContract } from '../../contracts/ledger-store-contract.ts';
import { witnessStoreContract } from '../../contracts/ledger-witness-contract.ts';

describe('the ledger in memory', () => {
  ledgerStoreContract(async () => createMemoryLedgerStore());
});
describe('a witness in memory', () => {
  witnessStoreContract(async () => createMemoryWitnessStore());
});
describe('the history index in memory', () => {
  historyIndexContract(async () => createMemoryHistoryIndex());
});
