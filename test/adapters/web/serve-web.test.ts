import type { LambdaContext } from 'hono/aws-lambda';
import { expect, test } from 'vitest';
import { serveWeb } from '../../../lib/adapters/web/serve-web.ts';
import { ownedBy, reviewWorld } from './review-world.ts';

const CONTEXT = { awsRequestId: 'r', functionName: 'serve-web' } as unknown as LambdaContext;

/** An HTTP API / function URL event, payload format 2.0. */
function event(method: string, rawPath: string, more: { cookies?: string[]; body?: string } = {}) {
  return {
    version: '2.0' as const,
    routeKey: '$default',
    rawPath,
    rawQueryString: '',
    headers: {
      host: 'countersign.example',
      ...(more.body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(more.cookies === undefined ? {} : { cookies: more.cookies }),
    ...(more.body === undefined ? {} : { body: Buffer.from(more.body).toString('base64') }),
    isBase64Encoded: more.body !== undefined,
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      authentication: null,
      authorizer: {},
      domainName: 'countersign.example',
      domainPrefix: 'countersign',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'r',
      routeKey: '$default',
      stage: '$default',
      time: '07/Sep/2026:08:00:00 +0000',
      timeEpoch: 1_788_768_000_000,
    },
  };
}

test('serves the page and takes a form through a function URL, cookies kept apart', async () => {
  const w = await reviewWorld([ownedBy('ada', 'nightly')]);
  const handler = serveWeb(w.app);
  const path = w.pathOf('ada');
  const page = await handler(event('GET', path) as never, CONTEXT);

  expect(page.statusCode).toBe(200);
  expect(page.cookies).toHaveLength(1);
  expect('headers' in page && page.headers?.['content-security-policy']).toContain("default-src 'none'");
  const cookie = page.cookies?.[0]?.split(';')[0] ?? '';
  const form = /name="form" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
  const answer = await handler(
    event('POST', `${path}/code`, {
      cookies: [cookie],
      body: new URLSearchParams({ form }).toString(),
    }) as never,
    CONTEXT,
  );

  expect(answer.statusCode).toBe(200);
  expect(w.codesFor('ada')).toHaveLength(1);
});
