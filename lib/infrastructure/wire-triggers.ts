// What starts each function: queues, the stream, the clock, requests.
import { Duration, type Stack } from 'aws-cdk-lib';
import { Policy } from 'aws-cdk-lib/aws-iam';
import {
  EventInvokeConfig,
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { type FunctionName, QUEUES, type QueueName } from '../functions.ts';
import { allow } from './allow.ts';
import type { StageConfig } from './config/stage-config.ts';
import type { FrontDoor } from './constructs/front-door.ts';
import type { OpeningMachine } from './constructs/opening-machine.ts';
import type { ProductData } from './constructs/product-data.ts';
import type { ProductFunction } from './constructs/product-function.ts';
import type { Schedules } from './constructs/schedules.ts';
import type { WorkQueue } from './constructs/work-queue.ts';
import type { DataReferences } from './data-parameters.ts';
import { got } from './function-access.ts';
import { QUEUE_FEEDS } from './function-sizes.ts';
import { QUEUE_NAMES } from './names.ts';

/** What is wired together. */
export interface Wiring {
  readonly config: StageConfig;
  readonly data: ProductData;
  readonly told: DataReferences;
  readonly door: FrontDoor;
  readonly machine: OpeningMachine;
  readonly queues: ReadonlyMap<QueueName, WorkQueue>;
  readonly functions: ReadonlyMap<FunctionName, ProductFunction>;
  readonly failures: Queue;
  readonly schedules: Schedules;
}

/** Beginning of the keys of statements that wait for the log. */
const INBOX = 'INBOX#';

/** Wires everything. */
export function wireTriggers(stack: Stack, wiring: Wiring): void {
  const { config, door, machine, queues, functions, schedules } = wiring;
  for (const name of QUEUE_NAMES) {
    const { batchSize, workers } = QUEUE_FEEDS[name];
    const maxConcurrency = config.concurrency.workers[name] ?? workers;
    got(queues, name).feed(got(functions, QUEUES[name]), { batchSize, maxConcurrency });
  }
  feedLedger(stack, wiring);
  schedules.every(1, 'dispatch-due-work', got(functions, 'dispatch-due-work'));
  schedules.every(5, 'seal-ledger', got(functions, 'seal-ledger'));
  schedules.every(5, 'take-pulse', got(functions, 'take-pulse'));
  schedules.at(config.schedules.collect, 'collect-identities', got(functions, 'collect-identities'));
  for (const { definition, ...timing } of config.schedules.campaigns) {
    schedules.open(timing, definition, machine);
  }
  for (const name of ['dispatch-due-work', 'seal-ledger', 'take-pulse'] as const) {
    // The next run does the work of one that failed; two at once would only be in each other's way.
    onAsyncFailure(stack, name, wiring, { retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  }
  for (const name of ['collect-identities', 'export-evidence'] as const) {
    onAsyncFailure(stack, name, wiring, { retryAttempts: 1, maxEventAge: Duration.hours(6) });
  }
  door.toSlack(got(functions, 'answer-slack'));
  door.toReviews(got(functions, 'serve-web'));
  door.toControl(got(functions, 'serve-control'));
}

/** A statement that enters the inbox starts the sequencer; the schedule makes up for what the stream misses. */
function feedLedger(stack: Stack, { data, told, functions, failures }: Wiring): void {
  const { role, lambda } = got(functions, 'seal-ledger');
  data.grantStream(role);
  const policy = new Policy(stack, 'StreamNames', { policyName: 'stream-names' });
  policy.attachToRole(role);
  allow(policy, {
    actions: ['dynamodb:ListStreams'],
    resources: ['*'],
    because: 'Streams are listed without naming a resource.',
  });
  allow(role, { actions: ['sqs:SendMessage'], resources: [failures.queueArn] });
  const mapping = new EventSourceMapping(stack, 'InboxStream', {
    target: lambda,
    eventSourceArn: told['reviews-stream'],
    startingPosition: StartingPosition.LATEST,
    batchSize: 1000,
    // A burst of statements is one pass.
    maxBatchingWindow: Duration.seconds(5),
    retryAttempts: 2,
    maxRecordAge: Duration.minutes(10),
    bisectBatchOnError: false,
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.isEqual('INSERT'),
        dynamodb: { Keys: { pk: { S: FilterRule.beginsWith(INBOX) } } },
      }),
    ],
    onFailure: { bind: () => ({ destination: failures.queueArn }) },
  });
  mapping.node.addDependency(role, policy);
}

/** What becomes of an invocation nobody waits for, when it fails. */
function onAsyncFailure(
  stack: Stack,
  name: FunctionName,
  { functions, failures }: Wiring,
  { retryAttempts, maxEventAge }: { readonly retryAttempts: 0 | 1; readonly maxEventAge: Duration },
): void {
  const { role, lambda } = got(functions, name);
  if (retryAttempts > 0) allow(role, { actions: ['sqs:SendMessage'], resources: [failures.queueArn] });
  new EventInvokeConfig(stack, `Async-${name}`, {
    function: lambda,
    retryAttempts,
    maxEventAge,
    ...(retryAttempts > 0 && { onFailure: { bind: () => ({ destination: failures.queueArn }) } }),
  }).node.addDependency(role);
}
