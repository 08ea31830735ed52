// The review page: read-only by link, deciding with a one-time code.
import { createWebApp } from '../../adapters/web/web-app.ts';
import type { WebAppDeps } from '../../adapters/web/web-app-deps.ts';
import type { Log } from '../log.ts';

/** Makes the HTTP function, as Request → Response. */
export function createHandler({
  log,
  ...deps
}: Omit<WebAppDeps, 'log'> & { readonly log: Log }): (request: Request) => Promise<Response> {
  const app = createWebApp({
    ...deps,
    log: ({ message, route, error }) => log.error(message, { route, error }),
  });
  return async (request) => app.fetch(request);
}
