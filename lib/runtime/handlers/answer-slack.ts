// Slack's requests: checked, answered within a second, and queued for the worker. The only function that bundles Bolt.
import { createSlackApp, type SlackAppDeps, type SlackHandler } from '../../adapters/slack/bolt-app.ts';

/** Makes the HTTP function. */
export function createHandler(deps: SlackAppDeps): SlackHandler {
  return createSlackApp(deps);
}
