// Where systems say that work they accepted has ended. For machines: answers are JSON, and say no more than they must.
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { HearCallback } from '../../application/removal/hear-callback.ts';
import { InvalidInputError, RefusedError } from '../../domain/errors.ts';
import type { LogProblem } from './web-app-deps.ts';

/** A callback is a few hundred bytes. */
const MAX_BODY_BYTES = 16_384;

const ROUTE = 'POST /hooks/connectors/:connector/:system';

/** Makes the route `POST /:connector/:system`: 200 heard (again), 400, 403, 404, 413. Refusals are logged. */
export function callbackRoutes({
  hear,
  log,
}: {
  readonly hear: HearCallback;
  readonly log: LogProblem;
}): Hono {
  const routes = new Hono();
  const refuse = (c: Context, status: 400 | 403 | 404 | 413, error: unknown) => {
    log({ message: 'callback refused', route: ROUTE, error });
    return c.json({ status: 'refused' }, status);
  };
  routes.use(
    bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => refuse(c, 413, new Error('body too large')) }),
  );
  routes.post('/:connector/:system', async (c) => {
    const from = { connectorId: c.req.param('connector'), scope: c.req.param('system') };
    const header = (name: string) => c.req.header(name);
    try {
      return c.json({ status: await hear(from, { body: await c.req.text(), header }) });
    } catch (error) {
      if (error instanceof RefusedError) return refuse(c, error.code === 'NOT_FOUND' ? 404 : 403, error);
      if (!(error instanceof InvalidInputError) || error.code === 'BAD_SETTING') throw error;
      return refuse(c, error.code === 'UNKNOWN_CONNECTOR' ? 404 : 400, error);
    }
  });
  return routes;
}
