import { describe } from 'vitest';
import { sameAsMemoryContract } from '../../contracts/same-as-memory-contract.ts';
import { openStore } from './open-store.ts';

describe('the DynamoDB store', () => {
  sameAsMemoryContract((shards) => openStore(shards));
});
