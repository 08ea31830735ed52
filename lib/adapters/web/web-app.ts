// The web app, Request → Response: a link only shows, a code decides. No page needs a script; no GET changes anything.
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { renderProblemPage } from '../../presentation/web/problem-page.ts';
import { browserCookie } from './browser-cookie.ts';
import { callbackRoutes } from './callback-routes.ts';
import { pageHeaders } from './page-headers.ts';
import { problemOf } from './problems.ts';
import { reviewRoutes } from './review-routes.ts';
import { unsubscribeRoutes } from './unsubscribe-routes.ts';
import type { WebAppDeps } from './web-app-deps.ts';

/** A full page of answers with long reasons stays far below. */
const MAX_BODY_BYTES = 1_000_000;

/**
 * Makes the app: `GET /health`, `GET /review/:token`, `POST /review/:token/code`, `POST /review/:token/decide`,
 * `GET` and `POST /unsubscribe/:token` where summaries can be stopped, and where callbacks are heard `POST /hooks/connectors/:connector/:system`.
 * @throws RangeError when the cookie secret is too short to be one.
 * @example const response = await createWebApp(deps).request('/review/' + token)
 */
export function createWebApp(deps: WebAppDeps): Hono {
  if (deps.cookieSecret.length < 32) throw new RangeError('The cookie secret needs at least 32 characters.');
  const app = new Hono();
  const tooLarge = (c: Context) => c.html(renderProblemPage('Too much', 'The form is too large.'), 413);
  app.use(pageHeaders(deps.secureCookies));
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }));
  app.get('/health', (c) => c.json({ status: 'ok', at: deps.clock.now() }));
  app.route(
    '/review',
    reviewRoutes({ ...deps, browsers: browserCookie(deps.cookieSecret, deps.secureCookies) }),
  );
  if (deps.summaries) app.route('/unsubscribe', unsubscribeRoutes(deps.summaries));
  const { hearCallback: hear, log } = deps;
  if (hear) app.route('/hooks/connectors', callbackRoutes({ hear, log }));
  app.notFound((c) => c.html(renderProblemPage('Nothing here', 'There is no such page.'), 404));
  app.onError((error, c) => {
    const problem = problemOf(error);
    const route = `${c.req.method} ${c.req.path.replace(/^(\/(?:review|unsubscribe)\/)[^/]+/, '$1:token')}`;
    if (problem.log) deps.log({ message: problem.title, route, error });
    if (problem.retryAfterSeconds !== undefined) c.header('Retry-After', String(problem.retryAfterSeconds));
    return c.html(renderProblemPage(problem.title, problem.text), problem.status);
  });
  return app;
}
