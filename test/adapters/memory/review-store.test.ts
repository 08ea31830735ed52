import { createMemoryReviewStore } from '../../../lib/adapters/memory/review-store.ts';
import { describeDelegations } from '../../contracts/delegations-contract.ts';
import { describeReviewStore } from '../../contracts/review-store-contract.ts';

const open = async () => ({
  store: createMemoryReviewStore(),
  setNow: () => undefined,
  close: async () => undefined,
});

describeReviewStore('memory', open);
describeDelegations('memory', open);
