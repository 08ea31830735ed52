// Slack's requests: checked, answered within a second, and queued for the worker. The only function that bundles Bolt.
import type { HttpEvent } from '../lib/adapters/slack/envelope.ts';
import { reviewDesk } from '../lib/application/review-desk.ts';
import { openEnvironment } from '../lib/deployed/environment.ts';
import { openQueues } from '../lib/deployed/queues.ts';
import { notGiven } from '../lib/deployed/refuse.ts';
import { openSlack, slackPeople } from '../lib/deployed/slack.ts';
import { start } from '../lib/deployed/start.ts';
import { createHandler } from '../lib/runtime/handlers/answer-slack.ts';

/** Invoked by the HTTP API. It shows and queues; acts are the worker's. */
export const handler = await start('answer-slack', async (base) => {
  const slack = await openSlack(base);
  if (!slack) return async (_event: HttpEvent) => ({ statusCode: 404, body: '' });
  const people = slackPeople(base, slack);
  const opened = await openEnvironment(base, { people });
  const environment = { ...opened.environment, channels: slack.channels };
  const refuse = async () => {
    throw notGiven(base.name, 'acts');
  };
  return createHandler({
    ...slack,
    actions: reviewDesk({ environment, collect: refuse, tell: refuse }),
    people: environment.people,
    decisions: openQueues(base)('answers'),
    clock: base.clock,
    wallClock: Date.now,
  });
});
