import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Running, start, targetOf } from './account.ts';

// The stand-in does not answer GetLoginProfile: this stands before it and answers as IAM's API reference shows.
const FOUND = `<GetLoginProfileResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetLoginProfileResult><LoginProfile><UserName>deploy</UserName><CreateDate>2026-02-01T00:00:00Z</CreateDate></LoginProfile></GetLoginProfileResult><ResponseMetadata><RequestId>r1</RequestId></ResponseMetadata></GetLoginProfileResponse>`;
const NONE = `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>Login Profile for User deploy cannot be found.</Message></Error><RequestId>r2</RequestId></ErrorResponse>`;

let running: Running;
let front: Server;
let hasPassword = false;

beforeEach(async () => {
  running = await start();
  front = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      if (body.includes('Action=GetLoginProfile')) {
        outgoing
          .writeHead(hasPassword ? 200 : 404, { 'content-type': 'text/xml' })
          .end(hasPassword ? FOUND : NONE);
        return;
      }
      const onward = httpRequest(running.iam.endpoint, {
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      });
      onward.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => {
    front.listen(0, '127.0.0.1', resolve);
  });
});
afterEach(async () => {
  front.closeAllConnections();
  front.close();
  await running.iam.close();
});

const connector = () =>
  running.make({ endpoint: `http://127.0.0.1:${(front.address() as AddressInfo).port}` });

describe('a user to be switched off as a whole', () => {
  it('is held when it has a console password by now: a person may be using it', async () => {
    hasPassword = true;
    const target = await targetOf(running.connector, 'user/ci/deploy');

    const located = await connector().locate(target);

    expect(located).toMatchObject({
      found: 'ambiguous',
      reason: expect.stringContaining('console password'),
    });
  });

  it('goes ahead without one, with nothing left unread', async () => {
    hasPassword = false;
    const target = await targetOf(running.connector, 'user/ci/deploy');

    const located = await connector().locate(target);

    expect(located).toMatchObject({ found: 'one', state: { detail: { unread: [] } } });
  });
});
