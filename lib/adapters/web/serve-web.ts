// The app behind a Lambda function URL or an HTTP API.
import type { Hono } from 'hono';
import { type APIGatewayProxyResult, handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';

/** What Lambda calls. */
export type ServeWeb = (event: LambdaEvent, context?: LambdaContext) => Promise<APIGatewayProxyResult>;

/** The Lambda handler of an app: payload format 2.0 (and 1.0) → Request → Response → payload, cookies kept apart. */
export function serveWeb(app: Hono): ServeWeb {
  const handler = handle(app);
  return (event, context) => handler(event, context);
}
