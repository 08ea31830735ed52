// Carries out what people answered in Slack: signs, commits, and brings what they see up to date.
import * as z from 'zod';
import { type ApplyActDeps, applySlackAct } from '../../adapters/slack/apply-act.ts';
import type { Log } from '../log.ts';
import { onQueue, type QueueHandler } from '../on-queue.ts';

/** Makes the queue-triggered function. The act itself is parsed by its own schema. */
export function createHandler(deps: ApplyActDeps, log: Log): QueueHandler {
  const apply = applySlackAct(deps);
  return onQueue(z.unknown(), log, async (body) => {
    await apply(body);
    return 'applied';
  });
}
