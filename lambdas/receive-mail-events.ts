// What became of our mails: deliveries, bounces, complaints, as SES reports them through SNS and SQS.
import { openEnvironment } from '../lib/deployed/environment.ts';
import { start } from '../lib/deployed/start.ts';
import { createHandler } from '../lib/runtime/handlers/receive-mail-events.ts';

/** Invoked by its queue. */
export const handler = await start('receive-mail-events', async (base) => {
  const { environment } = await openEnvironment(base);
  return createHandler({ environment, log: base.log });
});
