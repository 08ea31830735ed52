// The review page: read-only by link, deciding with a one-time code.
import * as z from 'zod';
import { serveWeb } from '../lib/adapters/web/serve-web.ts';
import { hearCallback } from '../lib/application/removal/hear-callback.ts';
import { openInventory } from '../lib/deployed/inventory.ts';
import { readSecretText } from '../lib/deployed/secrets.ts';
import { start } from '../lib/deployed/start.ts';
import { openUseCases } from '../lib/deployed/use-cases.ts';
import { wanted } from '../lib/deployed/wanted.ts';
import { freshDigests } from '../lib/runtime/fresh-digests.ts';
import { createHandler } from '../lib/runtime/handlers/serve-web.ts';

/** Invoked by the HTTP API. */
export const handler = await start('serve-web', async (base) => {
  const { cases, environment, doors } = await openUseCases(base, await openInventory(base));
  const fetch = createHandler({
    links: cases.links,
    summaries: cases.summaries,
    actions: freshDigests(cases.actions, { environment, slack: doors.messengers.slack, log: base.log }),
    hearCallback: hearCallback(cases.environment),
    clock: base.clock,
    log: base.log,
    cookieSecret: await readSecretText(wanted(base, 'cookieSecret'), z.string().min(32)),
    secureCookies: true,
  });
  return serveWeb({ fetch });
});
