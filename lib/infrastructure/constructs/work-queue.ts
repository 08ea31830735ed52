// A queue between functions, with the queue of what could not be done.
import { Duration } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allow } from '../allow.ts';
import type { ProductFunction } from './product-function.ts';

/** What a queue is made with. */
export interface WorkQueueProps {
  readonly queueName: string;
  /** Time its worker has for a batch. Messages stay hidden six times as long, as Lambda advises. */
  readonly workerTimeout: Duration;
}

/** How a worker takes messages. */
export interface WorkerProps {
  readonly batchSize: number;
  /** Workers at once. */
  readonly maxConcurrency: number;
}

/** Times a message is tried before it is set aside. */
export const MAX_RECEIVES = 5;

const COMMON = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
} as const;

/** Where messages are set aside: encrypted, over TLS only, kept for 14 days. */
export function deadLetterQueue(scope: Construct, id: string, queueName: string): Queue {
  return new Queue(scope, id, { ...COMMON, queueName });
}

/** A queue and its dead-letter queue. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { queueName, workerTimeout }: WorkQueueProps) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', `${queueName}-dead-letters`);
    this.queue = new Queue(this, 'Queue', {
      ...COMMON,
      queueName,
      visibilityTimeout: Duration.seconds(workerTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
  }

  /** Lets a role put messages in. */
  grantSend(role: Role): void {
    allow(role, { actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] });
  }

  /** Has a function work the queue off; messages it reports as failed come again, the others do not. */
  feed({ role, lambda }: ProductFunction, { batchSize, maxConcurrency }: WorkerProps): void {
    allow(role, {
      actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      resources: [this.queue.queueArn],
    });
    new EventSourceMapping(this, 'Feed', {
      target: lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
