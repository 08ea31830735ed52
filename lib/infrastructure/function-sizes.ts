// How much memory and time each function gets, and how it is fed.
import type { FunctionName, QueueName } from '../functions.ts';

/** Memory and time of a function. Memory brings CPU with it: 1,769 MB are one core. */
export interface FunctionSize {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
}

/** What a function gets. HTTP functions answer before API Gateway gives up, after 30 seconds. */
export const FUNCTION_SIZES: Readonly<Record<FunctionName, FunctionSize>> = {
  'collect-identities': { memoryMb: 1769, timeoutSeconds: 900 },
  'open-campaigns': { memoryMb: 1769, timeoutSeconds: 900 },
  'dispatch-due-work': { memoryMb: 512, timeoutSeconds: 55 },
  'advance-campaigns': { memoryMb: 1024, timeoutSeconds: 600 },
  'chase-owners': { memoryMb: 512, timeoutSeconds: 120 },
  // Slack waits three seconds for an answer, the start of a new sandbox included.
  'answer-slack': { memoryMb: 1769, timeoutSeconds: 10 },
  'apply-answers': { memoryMb: 512, timeoutSeconds: 120 },
  'serve-web': { memoryMb: 1024, timeoutSeconds: 29 },
  'receive-mail-events': { memoryMb: 512, timeoutSeconds: 60 },
  'enforce-removals': { memoryMb: 512, timeoutSeconds: 300 },
  'verify-removals': { memoryMb: 512, timeoutSeconds: 300 },
  'keep-promises': { memoryMb: 512, timeoutSeconds: 300 },
  'seal-ledger': { memoryMb: 1769, timeoutSeconds: 300 },
  'take-pulse': { memoryMb: 1024, timeoutSeconds: 300 },
  'serve-control': { memoryMb: 1024, timeoutSeconds: 29 },
  'export-evidence': { memoryMb: 3008, timeoutSeconds: 900 },
};

/** How a worker takes messages. */
export interface QueueFeed {
  readonly batchSize: number;
  /** Workers at once where the configuration does not say. */
  readonly workers: number;
}

/** How each queue is worked off. */
export const QUEUE_FEEDS: Readonly<Record<QueueName, QueueFeed>> = {
  campaigns: { batchSize: 1, workers: 2 },
  dockets: { batchSize: 5, workers: 10 },
  removals: { batchSize: 1, workers: 2 },
  verifications: { batchSize: 5, workers: 4 },
  promises: { batchSize: 5, workers: 4 },
  answers: { batchSize: 1, workers: 20 },
  'mail-events': { batchSize: 10, workers: 5 },
};
