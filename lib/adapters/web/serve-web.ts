// The app behind a Lambda function URL or an HTTP API.
import type { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';

/** The Lambda handler of an app: payload format 2.0 (and 1.0) → Request → Response → payload, cookies kept apart. */
export const serveWeb = (app: Hono): ReturnType<typeof handle> => handle(app);
