// A queue in this process that delivers SQS-shaped events, redelivers failures and keeps a dead-letter list.
import type { Message, Queue } from '../application/ports/queue.ts';
import type { QueueHandler } from '../runtime/on-queue.ts';

/** Deliveries before a message is given up. */
const MAX_RECEIVES = 4;

/** A queue that can be drained step by step. */
export interface LocalQueue extends Queue {
  /** Delivers everything waiting, also what arrives meanwhile, until nothing is left. Returns how many were handled. */
  drain(): Promise<number>;
  /** Messages given up after four deliveries. */
  readonly deadLetters: readonly Message[];
}

/** Makes a queue in front of a function. Messages of one id that wait already are not taken twice, as FIFO queues do. */
export function localQueue(handler: () => QueueHandler): LocalQueue {
  let waiting: { message: Message; receives: number }[] = [];
  const deadLetters: Message[] = [];
  return {
    deadLetters,
    async send(messages) {
      for (const message of messages) {
        if (!waiting.some((entry) => entry.message.id === message.id)) waiting.push({ message, receives: 0 });
      }
    },
    async drain() {
      let handled = 0;
      while (waiting.length > 0) {
        const batch = waiting.splice(0, 10);
        const event = {
          Records: batch.map(({ message, receives }) => ({
            messageId: message.id,
            receiptHandle: message.id,
            body: JSON.stringify(message.body),
            attributes: { ApproximateReceiveCount: String(receives + 1) },
            eventSource: 'aws:sqs',
          })),
        };
        const { batchItemFailures } = await handler()(event);
        const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        handled += batch.length - failed.size;
        const again = batch
          .filter(({ message }) => failed.has(message.id))
          .map((entry) => ({ ...entry, receives: entry.receives + 1 }));
        deadLetters.push(
          ...again.filter(({ receives }) => receives >= MAX_RECEIVES).map(({ message }) => message),
        );
        waiting = [...waiting, ...again.filter(({ receives }) => receives < MAX_RECEIVES)];
      }
      return handled;
    },
  };
}
