// The app behind a Lambda function URL or an HTTP API.
import { Hono } from 'hono';
import { type APIGatewayProxyResult, handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';

/** What Lambda calls. */
export type ServeWeb = (event: LambdaEvent, context?: LambdaContext) => Promise<APIGatewayProxyResult>;

/** The Lambda handler of an app (`fetch`): payload format 2.0 (and 1.0) → Request → Response → payload, cookies kept apart. */
export function serveWeb({
  fetch,
}: {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}): ServeWeb {
  const app = new Hono().all('*', (c) => fetch(c.req.raw));
  const handler = handle(app);
  return (event, context) => handler(event, context);
}
