import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, expect, it } from 'vitest';
import * as z from 'zod';
import { createSecretReader } from '../../../lib/adapters/secrets/read-secret.ts';
import { emulator } from './emulator.ts';

const client = new SecretsManagerClient(emulator());
afterAll(() => client.destroy());

it('a secret is read, and read anew once it was rotated', async () => {
  const { ARN = '' } = await client.send(
    new CreateSecretCommand({ Name: `test/${randomUUID()}`, SecretString: '{"botToken":"xoxb-1"}' }),
  );
  let nowMs = 0;
  const secrets = createSecretReader({ client, wallClock: () => nowMs, ttlMs: 1000 });
  const schema = z.strictObject({ botToken: z.string().startsWith('xoxb-') });
  expect(await secrets.json(ARN, schema)).toEqual({ botToken: 'xoxb-1' });

  await client.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: '{"botToken":"xoxb-2"}' }));
  expect(await secrets.json(ARN, schema)).toEqual({ botToken: 'xoxb-1' });
  nowMs = 1000;

  expect(await secrets.json(ARN, schema)).toEqual({ botToken: 'xoxb-2' });
});

it('a secret that is not there, or has no value, is named', async () => {
  const secrets = createSecretReader({ client, wallClock: () => 0 });
  const missing = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:test/never-made-AbCdEf';
  const { ARN: empty = '' } = await client.send(new CreateSecretCommand({ Name: `test/${randomUUID()}` }));

  for (const arn of [missing, empty]) {
    await expect(secrets.text(arn, z.string())).rejects.toMatchObject({
      code: 'BAD_SETTING',
      message: expect.stringContaining(arn),
    });
  }
});
