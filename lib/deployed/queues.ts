// The queues a function sends to.
import { createSqsClient, createSqsQueue } from '../adapters/sqs/sqs-queue.ts';
import type { Queue } from '../application/ports/queue.ts';
import type { QueueName } from '../functions.ts';
import { CALLS } from './aws.ts';
import { refusing } from './refuse.ts';
import type { Base } from './start.ts';

/** Opens queues by name; one that lib/functions.ts does not give the function refuses. */
export function openQueues({ name, settings }: Pick<Base, 'name' | 'settings'>): (queue: QueueName) => Queue {
  const client = createSqsClient(CALLS);
  return (queue) => {
    const url = settings.queues[queue];
    return url === undefined ? refusing(name, `queue "${queue}"`) : createSqsQueue({ client, url });
  };
}
