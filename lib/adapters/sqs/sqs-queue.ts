// The queue port on SQS: standard queues, at least once, in no order.
import {
  type BatchResultErrorEntry,
  SendMessageBatchCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { mapConcurrently } from '../../application/in-batches.ts';
import type { Queue } from '../../application/ports/queue.ts';
import { UpstreamError } from '../../domain/errors.ts';
import { callAws } from '../aws/call-aws.ts';
import { backoffMs, realSleep, type Sleep } from '../dynamodb/backoff.ts';
import { batchMessages, ID_ATTRIBUTE, type QueueEntry } from './message-batches.ts';

/** Requests at once. */
const BATCHES_AT_ONCE = 4;

/** How often a message is offered that SQS itself could not take. */
const TRIES = 4;

/** A client that calls the endpoint it is given, not the host in the queue's URL, which emulators make up. */
export function createSqsClient(config: SQSClientConfig): SQSClient {
  return new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
}

/**
 * Opens a queue. A message's body is its JSON; its id travels as the attribute `WorkId`, for whoever looks at a dead letter.
 * `send` throws UpstreamError when not everything could be sent, after everything else was, and InvalidInputError
 * `BAD_ARGUMENT` for a message over 256 KiB, before anything was.
 */
export function createSqsQueue(queue: {
  readonly client: Pick<SQSClient, 'send'>;
  readonly url: string;
  readonly sleep?: Sleep;
}): Queue {
  return {
    send: async (messages) => {
      const batches = batchMessages(messages);
      const outcomes = await mapConcurrently(batches, BATCHES_AT_ONCE, (batch) => sendBatch(queue, batch));
      const failed = outcomes.flat();
      if (failed.length > 0) throw unsent(queue.url, failed, messages.length);
    },
  };
}

/** A message that was not taken, and why. */
interface Unsent {
  readonly id: string;
  readonly why: string;
  readonly retryable: boolean;
  readonly cause?: unknown;
}

async function sendBatch(
  { client, url, sleep = realSleep }: Parameters<typeof createSqsQueue>[0],
  batch: readonly QueueEntry[],
): Promise<Unsent[]> {
  const refused: Unsent[] = [];
  let left = batch;
  for (let tries = 1; ; tries += 1) {
    let failed: readonly BatchResultErrorEntry[];
    try {
      failed = await callSqs(client, url, left);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      const { message: why, retryable } = error;
      return [...refused, ...left.map(({ id }) => ({ id, why, retryable, cause: error }))];
    }
    const outcomes = failed.map((failure) => ({ failure, entry: left[Number(failure.Id)] }));
    const passing: QueueEntry[] = [];
    for (const { failure, entry } of outcomes) {
      if (entry === undefined) continue;
      const isFinal = failure.SenderFault === true;
      if (isFinal || tries === TRIES)
        refused.push({ id: entry.id, why: reasonOf(failure), retryable: !isFinal });
      else passing.push(entry);
    }
    if (passing.length === 0) return refused;
    left = passing;
    await sleep(backoffMs(tries));
  }
}

/** Sends; returns what SQS answered not to have taken, by position. */
async function callSqs(
  client: Pick<SQSClient, 'send'>,
  url: string,
  entries: readonly QueueEntry[],
): Promise<readonly BatchResultErrorEntry[]> {
  const Entries = entries.map(({ id, body }, position) => ({
    Id: String(position),
    MessageBody: body,
    MessageAttributes: { [ID_ATTRIBUTE]: { DataType: 'String', StringValue: id } },
  }));
  const { Failed = [] } = await callAws('sqs', `send ${entries.length} messages`, () =>
    client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries })),
  );
  return Failed;
}

function reasonOf({ Code = 'unknown', Message = '' }: BatchResultErrorEntry): string {
  return Message === '' ? Code : `${Code}: ${Message}`;
}

function unsent(url: string, failed: readonly Unsent[], count: number): UpstreamError {
  const [first] = failed;
  const queue = url.slice(url.lastIndexOf('/') + 1);
  const retryable = failed.some((each) => each.retryable);
  return new UpstreamError({
    code: retryable ? 'UNAVAILABLE' : 'REJECTED',
    provider: 'sqs',
    retryable,
    message: `${failed.length} of ${count} messages could not be sent to ${queue}: ${first?.why ?? ''} (${first?.id.slice(0, 200) ?? ''})`,
    cause: first?.cause,
  });
}
