// Opens a campaign: a step, or a batch of the population, at a time. The state machine says which.
import { openEnvironment } from '../lib/deployed/environment.ts';
import { openSlack, slackPeople } from '../lib/deployed/slack.ts';
import { start } from '../lib/deployed/start.ts';
import { createHandler } from '../lib/runtime/handlers/open-campaigns.ts';
