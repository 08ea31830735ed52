// The shape of a queue-triggered function: each message on its own, failures reported one by one.
import * as z from 'zod';
import type { Log } from './log.ts';

/** What we read of an SQS event (https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html). */
export const QueueEvent = z.object({
  Records: z.array(z.object({ messageId: z.string(), body: z.string() })),
});
export type QueueEvent = z.infer<typeof QueueEvent>;

/** Which messages must be delivered again (partial batch response). */
export interface QueueResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** A queue-triggered function. */
export type QueueHandler = (event: unknown) => Promise<QueueResponse>;

/**
 * Makes a queue-triggered function. A message that does not parse or whose work throws is reported as failed, so that it
 * is tried again and ends in the dead-letter queue; the others of the batch count.
 */
export function onQueue<T>(
  schema: z.ZodType<T>,
  log: Log,
  work: (message: T) => Promise<string>,
  /** Ids of what a message is about: what ties the log lines of several functions together. */
  about: (message: T) => Readonly<Record<string, string>> = () => ({}),
): QueueHandler {
  return async (event) => {
    const { Records } = QueueEvent.parse(event);
    const failures: { itemIdentifier: string }[] = [];
    for (const { messageId, body } of Records) {
      let ids = {};
      try {
        const message = schema.parse(JSON.parse(body));
        ids = about(message);
        const outcome = await work(message);
        log.info('message handled', { messageId, ...ids, outcome });
      } catch (error) {
        log.error('message failed', { messageId, ...ids, error });
        failures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures: failures };
  };
}
