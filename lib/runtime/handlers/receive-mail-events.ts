// What became of our mails: deliveries, bounces, complaints, as SES reports them through SNS and SQS.
import * as z from 'zod';
import { readMailEvent } from '../../adapters/ses/mail-events.ts';
import type { Environment } from '../../application/environment.ts';
import { recordMailEvent } from '../../application/record-mail-event.ts';
import type { Log } from '../log.ts';
import { onQueue, type QueueHandler } from '../on-queue.ts';

/** Makes the queue-triggered function. */
export function createHandler({
  environment,
  log,
}: {
  readonly environment: Environment;
  readonly log: Log;
}): QueueHandler {
  const record = recordMailEvent(environment);
  return onQueue(z.unknown(), log, (body) => record(readMailEvent(body)));
}
