import { describeDelegations } from '../../contracts/delegations-contract.ts';
import { describeReviewStore } from '../../contracts/review-store-contract.ts';
import { openStore } from './open-store.ts';

describeReviewStore('DynamoDB', () => openStore());
describeDelegations('DynamoDB', () => openStore());
