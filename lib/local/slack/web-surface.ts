// Everything the workspace answers over HTTP, behind checks that keep other web sites out.
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { answerPerson } from './interactions/respond.ts';
import { page } from './page/page.ts';
import { webApi } from './web-api/web-api.ts';
import type { WorkspaceCore } from './workspace-core.ts';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The Web API, the response urls and the page. */
export function webSurface(core: WorkspaceCore, latencyMs: number): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use((c, next) => refuseForeign(c) ?? next());
  app.use(async (c, next) => {
    await next();
    c.header('content-security-policy', policy);
    c.header('x-content-type-options', 'nosniff');
    c.header('referrer-policy', 'no-referrer');
    c.header('cache-control', 'no-store');
  });
  app.route('/api', webApi(core, latencyMs));
  app.post('/response/:secret', async (c) => {
    const target = core.responseUrls.redeem(c.req.param('secret'));
    if ('problem' in target) return c.json({ ok: false, error: target.problem }, 404);
    const refused = answerPerson(core, target, await c.req.json().catch(() => undefined));
    return refused === undefined ? c.text('ok') : c.json({ ok: false, error: refused }, 400);
  });
  app.route('/', page(core));
  return app;
}

/**
 * A name that resolves to this machine must not turn a stranger's page into this workspace (DNS rebinding), and a
 * stranger's page must not act for somebody here.
 */
function refuseForeign(c: Context): Promise<Response> | undefined {
  const { hostname, origin } = new URL(c.req.url);
  const from = c.req.header('origin');
  if (hostname !== '127.0.0.1' && hostname !== 'localhost')
    return Promise.resolve(c.text('unknown host', 421));
  if (from !== undefined && c.req.method !== 'GET' && from !== origin)
    return Promise.resolve(c.text('cross-site request', 403));
  return undefined;
}
