// Stopping weekly summaries by the link in one (RFC 8058): looking changes nothing, since programs follow links in mails.
import { type Context, Hono } from 'hono';
import { InvalidInputError } from '../../domain/errors.ts';
import { renderSummaryChoicePage, renderUnsubscribePage } from '../../presentation/web/unsubscribe-page.ts';
import { linkToken } from './link-token.ts';
import type { WebAppDeps } from './web-app-deps.ts';

/**
 * Routes below `/unsubscribe`. The form is not bound to a browser: mail providers send it without cookies, and all it can do is
 * stop summaries, or send them again.
 */
export function unsubscribeRoutes({ choose, check }: NonNullable<WebAppDeps['summaries']>): Hono {
  const routes = new Hono();
  routes.get('/:token', async (c) => {
    const token = linkToken(c);
    await check(token);
    return c.html(renderUnsubscribePage(pathOf(token)));
  });
  routes.post('/:token', async (c) => {
    const token = linkToken(c);
    const wanted = await wantedIn(c);
    await choose(token, wanted);
    return c.html(renderSummaryChoicePage(pathOf(token), wanted));
  });
  return routes;
}

const pathOf = (token: string): string => `/unsubscribe/${token}`;

/** RFC 8058 §3.1: the body is `List-Unsubscribe=One-Click`, as a form of either kind. */
async function wantedIn(c: Context): Promise<'stop' | 'send'> {
  const fields = await c.req.parseBody().catch(() => ({}));
  const given = new Map(Object.entries(fields));
  if (given.get('List-Unsubscribe') === 'One-Click') return 'stop';
  if (given.get('summaries') === 'send') return 'send';
  throw new InvalidInputError({
    code: 'MALFORMED_REQUEST',
    message: 'Nothing was changed: the form does not say what is wanted.',
  });
}
