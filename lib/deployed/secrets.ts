// Secrets as functions read them. Values are never logged and never in an environment variable.
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { createSecretReader } from '../adapters/secrets/read-secret.ts';
import { CALLS } from './aws.ts';

const secrets = createSecretReader({ client: new SecretsManagerClient(CALLS), wallClock: Date.now });

/** Reads a secret that is plain text. @throws InvalidInputError BAD_SETTING when it is missing, denied or not right */
export function readSecretText(secretArn: string, schema: z.ZodType<string>): Promise<string> {
  return secrets.text(secretArn, schema);
}

/** Reads a secret that is JSON. @throws InvalidInputError BAD_SETTING when it is missing, denied or not right */
export function readSecretJson<T>(secretArn: string, schema: z.ZodType<T>): Promise<T> {
  return secrets.json(secretArn, schema);
}
