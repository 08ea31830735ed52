import { createMemoryReviewStore } from '../../../lib/adapters/memory/review-store.ts';
import { describeReviewStore } from '../../contracts/review-store-contract.ts';

describeReviewStore('memory', async () => ({
  store: createMemoryReviewStore(),
  setNow: () => undefined,
  close: async () => undefined,
}));
