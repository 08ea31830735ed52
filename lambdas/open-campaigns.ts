// Opens a campaign: a step, or a batch of the population, at a time. The state machine says which.
import { createCelExpressions } from '../lib/adapters/cel/expressions.ts';
import { beginOpening } from '../lib/application/begin-opening.ts';
import { considerBatch } from '../lib/application/consider-batch.ts';
import { finishOpening } from '../lib/application/finish-opening.ts';
import { openEnvironment } from '../lib/deployed/environment.ts';
import { openSlack, slackPeople } from '../lib/deployed/slack.ts';
import { start } from '../lib/deployed/start.ts';
import { createHandler } from '../lib/runtime/handlers/open-campaigns.ts';

/** Invoked by the state machine. */
export const handler = await start('open-campaigns', async (base) => {
  const people = slackPeople(base, await openSlack(base));
  const { environment } = await openEnvironment(base, {
    people,
    expressions: createCelExpressions({ clock: base.clock }),
  });
  const useCases = {
    beginOpening: beginOpening(environment),
    considerBatch: considerBatch(environment),
    finishOpening: finishOpening(environment),
  };
  return createHandler({ useCases, log: base.log });
});
