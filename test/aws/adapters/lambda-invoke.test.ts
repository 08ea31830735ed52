// Functions of the emulator, called as functions of the installation call each other.
import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import * as z from 'zod';
import { generateKey } from '../../../lib/adapters/crypto/key-file.ts';
import { cosigner } from '../../../lib/adapters/crypto/signers.ts';
import { createInvoker } from '../../../lib/adapters/lambda/invoke.ts';
import { createLambdaWitness } from '../../../lib/adapters/lambda/lambda-witness.ts';
import { SIGNATURE_TYPE, verifierKey } from '../../../lib/domain/attestation/log/verifier-key.ts';
import { UpstreamError } from '../../../lib/domain/errors.ts';
import { emulator } from './emulator.ts';
import { newRole } from './new-role.ts';

const client = new LambdaClient(emulator());
afterAll(() => client.destroy());
const invoker = createInvoker({ client });

/** Makes a function from the body of its handler. */
async function newFunction(body: string): Promise<string> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(`export const handler = async (event) => { ${body} };\n`), 'index.mjs');
  zip.end();
  const { FunctionArn = '' } = await client.send(
    new CreateFunctionCommand({
      FunctionName: `test-${randomUUID()}`,
      Runtime: 'nodejs24.x',
      Role: await newRole('lambda'),
      Handler: 'index.handler',
      Code: { ZipFile: await buffer(zip.outputStream) },
    }),
  );
  return FunctionArn;
}

describe('a function that calls another', () => {
  it('gets its result', async () => {
    const arn = await newFunction('return { size: event.size + 1 };');

    expect(await invoker.call(arn, { size: 4 }, z.object({ size: z.int() }))).toEqual({ size: 5 });
    await invoker.send(arn, { size: 4 });
  });

  it('gets its error', async () => {
    const arn = await newFunction('throw new TypeError("x is not a function");');

    // The emulator names every error Runtime.HandlerError; Lambda gives the error's own name.
    await expect(invoker.call(arn, {}, z.unknown())).rejects.toThrow(UpstreamError);
    await expect(invoker.call(arn, {}, z.unknown())).rejects.toThrow(/failed with .*: x is not a function/);
  });

  it('refuses a result that is not what was asked for', async () => {
    const arn = await newFunction('return { size: "five" };');

    await expect(invoker.call(arn, {}, z.object({ size: z.int() }))).rejects.toThrow(/at "size"/);
    await expect(invoker.call('no-such-function', {}, z.unknown())).rejects.toMatchObject({
      code: 'NOT_FOUND',
      provider: 'lambda',
    });
  });
});

describe('a witness that is a function', () => {
  const { name, publicKey32 } = cosigner('witness.example', generateKey('ed25519'));
  const key = verifierKey(name, SIGNATURE_TYPE.cosignature, publicKey32);
  const request = { oldSize: 0, proof: [], note: 'note\n' };
  const witnessOf = (functionArn: string) => createLambdaWitness({ invoke: invoker, functionArn, key });

  it('answers what it saw', async () => {
    const arn = await newFunction('return { outcome: "conflict", size: event.oldSize + 7 };');

    expect(await witnessOf(arn).cosign(request)).toEqual({ outcome: 'conflict', size: 7 });
    expect(witnessOf(arn).key).toBe(key);
  });

  it('that answers nonsense is not believed', async () => {
    const arn = await newFunction('return { outcome: "cosigned" };');

    await expect(witnessOf(arn).cosign(request)).rejects.toThrow(UpstreamError);
  });
});
