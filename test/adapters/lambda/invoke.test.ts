// Lambda's answers as its documentation has them, given by a server of this process to the real client.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { generateKey } from '../../../lib/adapters/crypto/key-file.ts';
import { cosigner } from '../../../lib/adapters/crypto/signers.ts';
import { withCode } from '../../../lib/adapters/lambda/function-errors.ts';
import { createInvoker, type Invoker } from '../../../lib/adapters/lambda/invoke.ts';
import { createLambdaWitness } from '../../../lib/adapters/lambda/lambda-witness.ts';
import { SIGNATURE_TYPE, verifierKey } from '../../../lib/domain/attestation/log/verifier-key.ts';
import { IntegrityError, UpstreamError } from '../../../lib/domain/errors.ts';

const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:cosign-heads';
const calls: { path: string | undefined; type: unknown; payload: unknown }[] = [];
/** What the function called does. */
let handler: (event: unknown) => unknown;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const payload = await json(request);
  const type = request.headers['x-amz-invocation-type'];
  calls.push({ path: request.url, type, payload });
  if (type === 'Event') {
    response.writeHead(202).end();
    return;
  }
  try {
    response.end(JSON.stringify(handler(payload)));
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error;
    response.setHeader('x-amz-function-error', 'Unhandled');
    response.end(JSON.stringify({ errorType, errorMessage, trace: [] }));
  }
}

const server = createServer((request, response) => void answer(request, response));

let client: LambdaClient;
let invoker: Invoker;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new LambdaClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  invoker = createInvoker({ client });
});
afterAll(() => {
  client.destroy();
  server.close();
});
beforeEach(() => {
  calls.length = 0;
});

function throws(error: unknown): () => never {
  return () => {
    throw error;
  };
}

describe('a function that calls another', () => {
  it('waits for its result', async () => {
    handler = (event) => ({ size: z.object({ size: z.int() }).parse(event).size + 1 });

    expect(await invoker.call(ARN, { size: 4 }, z.object({ size: z.int() }))).toEqual({ size: 5 });
    expect(calls).toEqual([
      { path: expect.stringContaining('cosign-heads'), type: 'RequestResponse', payload: { size: 4 } },
    ]);
  });

  it('or does not wait', async () => {
    await invoker.send(ARN, { campaignId: 'q1' });

    expect(calls).toMatchObject([{ type: 'Event', payload: { campaignId: 'q1' } }]);
  });

  it('gets its error as it was', async () => {
    const error = new IntegrityError({ code: 'ROOT_MISMATCH', message: 'The root differs.' });
    handler = throws(withCode(error));

    await expect(invoker.call(ARN, {}, z.unknown())).rejects.toThrow(IntegrityError);
    await expect(invoker.call(ARN, {}, z.unknown())).rejects.toMatchObject({ code: 'ROOT_MISMATCH' });
  });

  it('gets a bug of the other as a failure that is not tried again', async () => {
    handler = throws(new TypeError('x is not a function'));

    await expect(invoker.call(ARN, {}, z.unknown())).rejects.toMatchObject({
      code: 'REJECTED',
      retryable: false,
      message: `${ARN} failed with TypeError: x is not a function`,
    });
  });

  it('refuses a result that is not what was asked for', async () => {
    handler = () => ({ size: 'five' });

    await expect(invoker.call(ARN, {}, z.object({ size: z.int() }))).rejects.toThrow(/at "size"/);
  });
});

describe('a witness that is a function', () => {
  const { name, publicKey32 } = cosigner('witness.example', generateKey('ed25519'));
  const key = verifierKey(name, SIGNATURE_TYPE.cosignature, publicKey32);
  const request = { oldSize: 0, proof: [], note: 'note\n' };
  const open = () => createLambdaWitness({ invoke: invoker, functionArn: ARN, key });

  it('is shown the request, and answers what it saw', async () => {
    handler = () => ({ outcome: 'conflict', size: 7 });

    expect(await open().cosign(request)).toEqual({ outcome: 'conflict', size: 7 });
    expect(calls).toMatchObject([{ payload: request }]);
    expect(open().key).toBe(key);
  });

  it.each([
    [withCode(new IntegrityError({ code: 'FORK', message: 'older' })), 'FORK'],
    [withCode(new IntegrityError({ code: 'SIGNATURE', message: 'not the log’s' })), 'SIGNATURE'],
    [new IntegrityError({ code: 'SIGNATURE', message: 'without its code' }), 'FORK'],
  ])('refuses a head: %s', async (error, code) => {
    handler = throws(error);

    await expect(open().cosign(request)).rejects.toThrow(IntegrityError);
    await expect(open().cosign(request)).rejects.toMatchObject({ code });
  });

  it('is not believed when it answers nonsense, nor blamed when it cannot be reached', async () => {
    handler = () => ({ outcome: 'cosigned' });
    await expect(open().cosign(request)).rejects.toThrow(UpstreamError);

    handler = throws(
      Object.assign(new Error('Task timed out after 3.00 seconds'), { name: 'Sandbox.Timedout' }),
    );
    await expect(open().cosign(request)).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true });
  });
});
