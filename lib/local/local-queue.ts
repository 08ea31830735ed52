// A queue of this machine that delivers SQS-shaped events, redelivers failures, keeps a dead-letter list, and survives
// a crash: what was sent and not worked off is there again at the next start.
import { rmSync } from 'node:fs';
import * as z from 'zod';
import type { Message, Queue } from '../application/ports/queue.ts';
import type { QueueHandler } from '../runtime/on-queue.ts';
import { openJournal } from './iam/journal.ts';

/** Deliveries before a message is given up. */
const MAX_RECEIVES = 4;
const BATCH = 10;

const Change = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('sent'), id: z.string(), body: z.json() }),
  z.strictObject({ change: z.literal('done'), id: z.string() }),
]);
type Change = z.infer<typeof Change>;

/** A queue that can be drained step by step. */
export interface LocalQueue extends Queue {
  /** Delivers everything waiting, also what arrives meanwhile, until nothing is left. Returns how many were handled. */
  drain(): Promise<number>;
  /** Messages given up after four deliveries. */
  readonly deadLetters: readonly Message[];
}

interface Waiting {
  readonly message: Message;
  readonly receives: number;
}

/**
 * Makes a queue in front of a function. Messages of one id that wait already are not taken twice, as FIFO queues do.
 * @param file journal of the queue; without one it forgets at the end of the process
 */
export function localQueue(handler: () => QueueHandler, file?: string): LocalQueue {
  const left = new Map<string, Message>();
  for (const change of openJournal(file, Change).earlier) {
    if (change.change === 'sent') left.set(change.id, { id: change.id, body: change.body });
    else left.delete(change.id);
  }
  if (file !== undefined) rmSync(file, { force: true });
  const journal = openJournal<Change>(file, Change);
  const note = (change: Change) => {
    if (file !== undefined) journal.append(change);
  };
  const deadLetters: Message[] = [];
  let waiting: Waiting[] = [];
  let draining: Promise<unknown> = Promise.resolve();
  const take = (message: Message) => {
    waiting.push({ message, receives: 0 });
    note({ change: 'sent', id: message.id, body: z.json().parse(JSON.parse(JSON.stringify(message.body))) });
  };
  for (const message of left.values()) take(message);

  const deliver = async (batch: readonly Waiting[]): Promise<number> => {
    const { batchItemFailures } = await handler()({ Records: batch.map(recordOf) });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const entry of batch) {
      const { id } = entry.message;
      const receives = entry.receives + 1;
      if (!failed.has(id)) note({ change: 'done', id });
      else if (receives < MAX_RECEIVES) waiting.push({ message: entry.message, receives });
      else {
        deadLetters.push(entry.message);
        note({ change: 'done', id });
      }
    }
    return batch.length - failed.size;
  };
  const drainAll = async (): Promise<number> => {
    let handled = 0;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      handled += await deliver(batch);
    }
    return handled;
  };
  return {
    deadLetters,
    async send(messages) {
      for (const message of messages) {
        if (!waiting.some((entry) => entry.message.id === message.id)) take(message);
      }
    },
    drain() {
      // One after the other: whoever drains finds everything sent before worked off, also what another drain is at.
      const drained = draining.then(drainAll);
      draining = drained.catch(() => 0);
      return drained;
    },
  };
}

function recordOf({ message, receives }: Waiting) {
  return {
    messageId: message.id,
    receiptHandle: message.id,
    body: JSON.stringify(message.body),
    attributes: { ApproximateReceiveCount: String(receives + 1) },
    eventSource: 'aws:sqs',
  };
}
